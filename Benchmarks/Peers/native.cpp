// Times Eigen and Armadillo on jobs of Benchmarks. Compiled by run.sh, called by peers.py.
//
//     native PEER JOB ORDER FOLDER
//
// Reads the numbers that Benchmarks wrote into the folder. Prints a JSON line: the median time of a run in seconds, and
// the result as a list. Matrices have sizes that are known at run time only, as ours. Armadillo calls the OpenBLAS that
// we call; Eigen's own kernels are compiled for the machine at hand, which a binary for other machines cannot be.
#include <algorithm>
#include <armadillo>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <Eigen/Dense>
#include <memory>
#include <string>
#include <vector>

static std::string folder;

// The first numbers of a seed, from a .npy file of doubles.
static std::vector<double> numbers(size_t count, int seed) {
  std::vector<double> result(count);
  std::ifstream file(folder + "/numbers-" + std::to_string(seed) + ".npy", std::ios::binary);
  unsigned char length[2];
  file.seekg(8).read(reinterpret_cast<char *>(length), 2).seekg(10 + length[0] + 256 * length[1]);
  if (!file.read(reinterpret_cast<char *>(result.data()), std::streamsize(8 * count))) std::exit(3);
  return result;
}

// A job: runs so many times, and tells what it found.
struct Job {
  std::function<void(long)> run;
  std::function<std::vector<double>()> result;
};

template <class State, class Run, class Result> static Job job(State state, Run run, Result result) {
  auto shared = std::make_shared<State>(std::move(state));
  return {[shared, run](long repetitions) {
            for (long i = 0; i < repetitions; i++) run(*shared);
          },
          [shared, result] { return result(*shared); }};
}

// All elements, by columns.
template <class M> static std::vector<double> elements(const M &m) {
  std::vector<double> list;
  for (long j = 0; j < long(m.cols()); j++)
    for (long i = 0; i < long(m.rows()); i++) list.push_back(m(i, j));
  return list;
}
static std::vector<double> elements(const arma::mat &m) { return {m.begin(), m.end()}; }

// The diagonal, by which factors are compared.
template <class M> static std::vector<double> diagonal(const M &m, long n) {
  std::vector<double> list;
  for (long i = 0; i < n; i++) list.push_back(m(i, i));
  return list;
}

// random(n) + n I, its sum with its transpose for a Cholesky job, or with its rows in the reverse order.
template <class M> static M system_matrix(int n, const std::string &name) {
  const bool is_definite = name.rfind("Cholesky", 0) == 0, is_reversed = name == "LU solve reversed";
  const std::vector<double> values = numbers(size_t(n) * n, 1);
  M a(n, n);
  for (int j = 0; j < n; j++)
    for (int i = 0; i < n; i++) {
      const double mirrored = is_definite ? values[j + size_t(i) * n] : 0;
      a(is_reversed ? n - 1 - i : i, j) = values[i + size_t(j) * n] + mirrored + (i == j ? (is_definite ? 2 : 1) * n : 0);
    }
  return a;
}

static Job eigen(const std::string &name, int n) {
  using Eigen::MatrixXd, Eigen::VectorXd;
  const std::vector<double> first = numbers(size_t(n) * n, 1), second = numbers(size_t(n) * n, 2);
  if (name == "gemm") {
    struct State { MatrixXd a, b, x; };
    return job(State{Eigen::Map<const MatrixXd>(first.data(), n, n),
        Eigen::Map<const MatrixXd>(second.data(), n, n), MatrixXd(n, n)},
      [](State &s) { s.x.noalias() = s.a * s.b; }, [](State &s) { return elements(s.x); });
  }
  struct State { MatrixXd a; VectorXd b, x; Eigen::PartialPivLU<MatrixXd> lu; Eigen::LLT<MatrixXd> llt; };
  State state{system_matrix<MatrixXd>(n, name), Eigen::Map<const VectorXd>(second.data(), n), {}, {}, {}};
  const auto solution = [](State &s) { return elements(s.x); };
  if (name.rfind("LU solve", 0) == 0) return job(state, [](State &s) { s.x = s.a.partialPivLu().solve(s.b); }, solution);
  if (name == "Cholesky solve") return job(state, [](State &s) { s.x = s.a.llt().solve(s.b); }, solution);
  if (name == "LU")
    return job(state, [](State &s) { s.lu.compute(s.a); }, [n](State &s) { return diagonal(s.lu.matrixLU(), n); });
  if (name == "Cholesky")
    return job(state, [](State &s) { s.llt.compute(s.a); },
               [n](State &s) { return diagonal(s.llt.matrixLLT(), n); });
  std::exit(2);
}

// It has no LU without the matrices L, U and P in full.
static Job armadillo(const std::string &name, int n) {
  const std::vector<double> first = numbers(size_t(n) * n, 1), second = numbers(size_t(n) * n, 2);
  if (name == "gemm") {
    struct State { arma::mat a, b, x; };
    return job(State{arma::mat(first.data(), n, n), arma::mat(second.data(), n, n), {}},
      [](State &s) { s.x = s.a * s.b; }, [](State &s) { return elements(s.x); });
  }
  struct State { arma::mat a; arma::vec b; arma::mat x; };
  State state{system_matrix<arma::mat>(n, name), arma::vec(second.data(), n), {}};
  const auto solution = [](State &s) { return elements(s.x); };
  if (name.rfind("LU solve", 0) == 0)
    return job(state, [](State &s) { s.x = arma::solve(s.a, s.b, arma::solve_opts::fast); }, solution);
  if (name == "Cholesky solve")
    return job(state, [](State &s) {
      s.x = arma::solve(s.a, s.b, arma::solve_opts::fast + arma::solve_opts::likely_sympd);
    }, solution);
  if (name == "Cholesky")
    return job(state, [](State &s) { s.x = arma::chol(s.a, "lower"); }, [n](State &s) { return diagonal(s.x, n); });
  std::exit(2);
}

int main(int count, char **arguments) {
  if (count != 5) return 2;
  const std::string peer = arguments[1], name = arguments[2];
  const int n = std::atoi(arguments[3]);
  folder = arguments[4];
  const Job job = peer == "Eigen" ? eigen(name, n) : armadillo(name, n);
  const auto seconds = [&](long repetitions) {
    const auto start = std::chrono::steady_clock::now();
    job.run(repetitions);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  job.run(1);
  long repetitions = 1;
  while (seconds(repetitions) < 4e-3) repetitions *= 2;
  std::vector<double> times;
  double total = 0;
  while (times.size() < 5 || (total < 0.5 && times.size() < 101)) {
    times.push_back(seconds(repetitions) / double(repetitions));
    total += times.back() * double(repetitions);
  }
  std::sort(times.begin(), times.end());
  std::printf("{\"seconds\": %.17g, \"result\": [", times[times.size() / 2]);
  const std::vector<double> result = job.result();
  // As many as Benchmarks gives of a long one.
  const size_t step = std::max<size_t>(1, (result.size() + 9999) / 10000);
  for (size_t i = 0; i < result.size(); i += step) std::printf(i ? ", %.17g" : "%.17g", result[i]);
  std::printf("]}\n");
}
