import LinAlg
import TestSupport
import Testing

@Suite(.serialized) struct BLASRuntimeTests {
  @Test func theLibraryIsNamed() {
    #expect(BLASRuntime.configuration.contains("OpenBLAS"))
    #expect(!BLASRuntime.coreName.isEmpty)
    #expect(BLASRuntime.threads >= 1)
  }

  @Test func threadCountsAreScopedToTheTask() async {
    let outside = BLASRuntime.threads
    BLASRuntime.withThreads(outside + 3) {
      #expect(BLASRuntime.threads == outside + 3)
      BLASRuntime.withThreads(1) { #expect(BLASRuntime.threads == 1) }
      #expect(BLASRuntime.threads == outside + 3)
    }
    await BLASRuntime.withThreads(5) {
      #expect(BLASRuntime.threads == 5)
      async let child = BLASRuntime.threads
      #expect(await child == 5)
      #expect(await Task.detached { BLASRuntime.threads }.value == outside)
    }
    #expect(BLASRuntime.threads == outside)
  }

  /// Orders at which LAPACK's routines run on several threads, too.
  @Test func resultsDoNotDependOnThreads() throws {
    let a = Matrix<Double>.positiveDefinite(520, seed: 1)
    let b = Matrix<Double>.random(520, 5, seed: 2)
    let products = try [1, 2, 4].map { threads in
      try BLASRuntime.withThreads(threads) {
        for x in try [LU(a).solve(b), Cholesky(a).solve(b), QR(a).solve(b)] {
          #expect(Bounds.residual(a, x, b) <= 1)
        }
        return a * b
      }
    }
    #expect(Bounds.difference(products[1], products[0]) <= 1)
    #expect(Bounds.difference(products[2], products[0]) <= 1)
  }

  /// Thousands of mixed calls from concurrent tasks, small and large, on one thread and on several, every
  /// result checked.
  @Test func manyTasksAtOnce() async throws {
    let (small, large) = (
      Matrix<Double>.positiveDefinite(30, seed: 1), Matrix<Double>.positiveDefinite(150, seed: 2)
    )
    let expected = [small, large].map {
      (product: $0 * $0, gram: $0.gram(), values: try? SVD.singularValues(of: $0))
    }
    let failures = await withTaskGroup(of: Int.self) { group in
      for task in 0..<8 {
        group.addTask {
          var failures = 0
          for call in 0..<500 {
            // One call in five is large enough for threads.
            let which = call % 5 == 0 ? 1 : 0
            let (a, reference) = ([small, large][which], expected[which])
            let body: () -> Bool = {
              switch (task + call) % 4 {
              case 0: return Bounds.difference(a * a, reference.product) <= 1
              case 1: return Bounds.difference(a.gram(), reference.gram) <= 1
              case 2:
                let b = Matrix<Double>(rows: a.rows, columns: 3, repeating: 1)
                guard let x = try? LU(a).solve(b) else { return false }
                return Bounds.residual(a, x, b) <= 1
              default:
                guard let found = try? SVD(a), let values = reference.values else { return false }
                return Bounds.difference(
                  Matrix(column: found.singularValues), Matrix(column: values)) <= 1
              }
            }
            let passed = task.isMultiple(of: 2) ? body() : BLASRuntime.withThreads(2, body)
            if !passed { failures += 1 }
          }
          return failures
        }
      }
      return await group.reduce(0, +)
    }
    #expect(failures == 0)
  }
}
