#pragma once
// Distribution functions of Boost.Math behind C names. No function throws: outside its domain it returns NaN, and
// beyond the largest number infinity. An sf is the upper tail 1 - cdf, computed as such.

#ifdef __cplusplus
extern "C" {
#endif

double normal_cdf(double x);
/// The x with cdf(x) = p.
double normal_quantile(double p);

double student_t_cdf(double df, double x);
double student_t_quantile(double df, double p);

double fisher_f_sf(double df1, double df2, double x);
double chi_squared_sf(double df, double x);

double beta_cdf(double a, double b, double x);
double beta_sf(double a, double b, double x);
double beta_quantile(double a, double b, double p);
/// log of the absolute value of the gamma function.
double log_gamma(double x);

#ifdef __cplusplus
}
#endif
