// Times Eigen and Armadillo on jobs of Benchmarks. Called by peers.py, which compiles it.
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

// What a job prepares, and what it does over and over.
struct Job {
  std::function<void()> run;
  std::function<std::vector<double>()> result;
};

template <class M> static std::vector<double> list(const M &m) {
  return std::vector<double>(m.data(), m.data() + m.size());
}
static std::vector<double> list(const arma::mat &m) { return {m.begin(), m.end()}; }

// random(n) + n I, or its sum with its transpose.
template <class M> static M system_matrix(int n, bool is_definite) {
  const std::vector<double> values = numbers(size_t(n) * n, 1);
  M a(n, n);
  for (int j = 0; j < n; j++)
    for (int i = 0; i < n; i++) {
      const double mirrored = is_definite ? values[j + size_t(i) * n] : 0;
      a(i, j) = values[i + size_t(j) * n] + mirrored + (i == j ? (is_definite ? 2 : 1) * n : 0);
    }
  return a;
}

template <class State> static Job job(State state, std::function<void(State &)> run) {
  auto shared = std::make_shared<State>(std::move(state));
  return {[shared, run] { run(*shared); }, [shared] { return list(shared->x); }};
}

static Job eigen(const std::string &name, int n) {
  using Eigen::MatrixXd, Eigen::VectorXd;
  const std::vector<double> first = numbers(size_t(n) * n, 1), second = numbers(size_t(n) * n, 2);
  if (name == "gemm") {
    struct State { MatrixXd a, b, x; };
    return job<State>({Eigen::Map<const MatrixXd>(first.data(), n, n),
        Eigen::Map<const MatrixXd>(second.data(), n, n), MatrixXd(n, n)},
      [](State &s) {
        s.x.noalias() = s.a * s.b;
      });
  }
  struct State { MatrixXd a; VectorXd b; MatrixXd x; };
  const bool is_definite = name.rfind("Cholesky", 0) == 0;
  State state{system_matrix<MatrixXd>(n, is_definite), Eigen::Map<const VectorXd>(second.data(), n), {}};
  if (name == "LU solve") return job<State>(state, [](State &s) { s.x = s.a.partialPivLu().solve(s.b); });
  if (name == "Cholesky solve") return job<State>(state, [](State &s) { s.x = s.a.llt().solve(s.b); });
  if (name == "LU") return job<State>(state, [](State &s) { s.x = s.a.partialPivLu().matrixLU(); });
  if (name == "Cholesky") return job<State>(state, [](State &s) { s.x = s.a.llt().matrixL(); });
  std::exit(2);
}

static Job armadillo(const std::string &name, int n) {
  const std::vector<double> first = numbers(size_t(n) * n, 1), second = numbers(size_t(n) * n, 2);
  if (name == "gemm") {
    struct State { arma::mat a, b, x; };
    return job<State>({arma::mat(first.data(), n, n), arma::mat(second.data(), n, n), {}},
      [](State &s) { s.x = s.a * s.b; });
  }
  struct State { arma::mat a; arma::vec b; arma::mat x; };
  const bool is_definite = name.rfind("Cholesky", 0) == 0;
  State state{system_matrix<arma::mat>(n, is_definite), arma::vec(second.data(), n), {}};
  if (name == "LU solve")
    return job<State>(state, [](State &s) { s.x = arma::solve(s.a, s.b, arma::solve_opts::fast); });
  if (name == "Cholesky solve")
    return job<State>(state, [](State &s) {
      s.x = arma::solve(s.a, s.b, arma::solve_opts::fast + arma::solve_opts::likely_sympd);
    });
  if (name == "LU")
    return job<State>(state, [](State &s) {
      arma::mat lower, permutation;
      arma::lu(lower, s.x, permutation, s.a);
    });
  if (name == "Cholesky") return job<State>(state, [](State &s) { s.x = arma::chol(s.a, "lower"); });
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
    for (long i = 0; i < repetitions; i++) job.run();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  job.run();
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
  if (result.size() <= 1001)
    for (size_t i = 0; i < result.size(); i++) std::printf(i ? ", %.17g" : "%.17g", result[i]);
  std::printf("]}\n");
}
