// Written by Reference/five_rows.py.

enum FiveRows {
  static let intercept = 5.1
  static let coefficients = [3.1, 3]
  static let interceptStandardError = 0.7828519290754432682359
  static let standardErrors = [0.3889087296526011384204, 0.2216013151069795820738]
  static let rSquared = 0.9982671707624448645242
}
