internal import CDistributions

/// What the models need of probability distributions, through Boost.Math; visible to the tests.
package enum Distribution {
  /// Student's t with some degrees of freedom; the normal distribution where they are infinite.
  package struct StudentT {
    package let degreesOfFreedom: Double

    /// P(|T| > |t|).
    package func twoSided(_ t: Double) -> Double {
      guard degreesOfFreedom > 0, !t.isNaN else { return .nan }
      if degreesOfFreedom.isInfinite { return 2 * normal_cdf(-t.magnitude) }
      return 2 * student_t_cdf(degreesOfFreedom, -t.magnitude)
    }

    /// The t with P(|T| ≤ t) = level.
    package func halfWidth(level: Double) -> Double {
      guard degreesOfFreedom > 0, level > 0, level < 1 else { return .nan }
      // From the tail, which is exact where the level is close to 1.
      let tail = (1 - level) / 2
      return degreesOfFreedom.isInfinite
        ? -normal_quantile(tail) : -student_t_quantile(degreesOfFreedom, tail)
    }
  }

  package static func studentT(_ degreesOfFreedom: Double) -> StudentT {
    StudentT(degreesOfFreedom: degreesOfFreedom)
  }

  package static let normal = StudentT(degreesOfFreedom: .infinity)

  /// The x with P(X ≤ x) = p of a normal X with mean 0 and variance 1.
  package static func normalQuantile(_ p: Double) -> Double { normal_quantile(p) }

  /// P(F > f).
  package static func fisherFUpperTail(_ df1: Double, _ df2: Double, _ f: Double) -> Double {
    guard df1 > 0, df2 > 0, f >= 0 else { return .nan }
    return f.isInfinite ? 0 : fisher_f_sf(df1, df2, f)
  }

  /// P(χ² > x).
  package static func chiSquaredUpperTail(_ df: Double, _ x: Double) -> Double {
    guard df > 0, x >= 0 else { return .nan }
    return x.isInfinite ? 0 : chi_squared_sf(df, x)
  }
}
