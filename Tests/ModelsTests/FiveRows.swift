// Written by Reference/five_rows.py.

import LinAlg

enum FiveRows {
  static let intercept = 5.1
  static let coefficients = [3.1, 3]
  static let interceptStandardError = 0.7828519290754432682359
  static let standardErrors = [0.3889087296526011384204, 0.2216013151069795820738]
  static let rSquared = 0.9982671707624448645242

  /// Designs of whole numbers to 120 with the solution of the quoted example, if its response was this; and the solution.
  static let exampleDesigns: [Matrix<Double>] = [
    [[1, 23], [5, 29], [7, 60], [9, 85], [11, 99]],
    [[1, 23], [5, 31], [7, 56], [9, 87], [11, 99]],
    [[1, 23], [5, 33], [7, 53], [9, 87], [11, 100]],
    [[1, 23], [5, 33], [7, 60], [9, 73], [11, 107]],
    [[1, 23], [5, 35], [7, 57], [9, 73], [11, 108]],
    [[1, 23], [5, 37], [7, 53], [9, 75], [11, 108]],
    [[2, 11], [4, 45], [6, 65], [10, 75], [11, 100]],
    [[2, 19], [4, 41], [6, 57], [10, 71], [11, 108]],
    [[2, 21], [4, 37], [6, 59], [10, 71], [11, 108]],
    [[2, 11], [4, 45], [7, 60], [8, 85], [12, 95]],
    [[2, 19], [4, 33], [7, 60], [8, 89], [12, 95]],
    [[2, 21], [4, 33], [7, 56], [8, 89], [12, 97]],
  ]
  static let exampleResponse = [20.0, 40, 60, 80, 100]
  static let exampleSolution = [142580.0 / 32819, 144000.0 / 32819, 14800.0 / 32819]
}
