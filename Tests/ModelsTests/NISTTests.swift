import Foundation
import LinAlg
import Models
import Tables
import TestSupport
import Testing

/// NIST's Statistical Reference Datasets for linear regression.
///
/// The sets that a formula defines are written out here. The full collection is read from the folder that the
/// environment variable `NIST_STRD` names, by default `../shared/reference/nist`; where there is
/// none the test is skipped. How far double-precision QR may be off is computed for each set
/// from perturbation theory: see `allowed`.
@Suite struct NISTTests {
  /// Wampler1 to 5: a polynomial of degree 5 at x = 0, 1, … 20, all certified coefficients 1 (or 10⁻ʲ).
  @Test(arguments: 1...5) func wampler(set: Int) throws {
    let deviations: [Double] = [
      759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048,
      2048, -2048, 2523, -2048, 2048, -2048, 759,
    ]
    let scale: [Double] = [0, 0, 1, 100, 10000]
    let ratio = set == 2 ? 0.1 : 1
    let x = Matrix<Double>(rows: 21, columns: 5) { i, j in
      (0...j).reduce(1) { power, _ in power * Double(i) }
    }
    let y = (0...20).map { i in
      (0...5).reversed().reduce(0) { sum, j in
        sum * Double(i) + (set == 2 ? [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5][j] : 1)
      } + (set > 2 ? scale[set - 1] * deviations[i] : 0)
    }
    let fit = try LinearRegression().fit(x, y)
    let allowed = try Self.allowed(fit, x, centered: true)
    #expect((fit.intercept - 1).magnitude <= allowed.intercept)
    var expected = 1.0
    for j in 0..<5 {
      expected *= ratio
      #expect((fit.coefficients[j] - expected).magnitude <= allowed.coefficients[j])
    }
    if set > 2 {
      let certified = 2360.14502379268 * scale[set - 1]
      #expect(Bounds.digits(fit.residualStandardDeviation, certified) >= 11)
    } else {
      #expect(fit.residualStandardDeviation < 1e-7)
    }
  }

  /// NoInt1 and NoInt2: a line through the origin.
  @Test func noIntercept() throws {
    let model = LinearRegression(fitsIntercept: false)
    let first = try model.fit(
      Matrix(rows: 11, columns: 1) { i, _ in Double(60 + i) }, (130...140).map(Double.init))
    #expect(Bounds.digits(first.coefficients[0], 2.07438016528926) >= 14)
    #expect(Bounds.digits(first.standardErrors[0], 0.165289256198347E-01) >= 12)
    #expect(Bounds.digits(first.residualStandardDeviation, 3.56753034006338) >= 12)
    #expect(Bounds.digits(first.rSquared, 0.999365492298663) >= 14)
    let second = try model.fit([[4], [5], [6]], [3, 4, 4])
    #expect(Bounds.digits(second.coefficients[0], 0.727272727272727) >= 14)
    #expect(Bounds.digits(second.standardErrors[0], 0.420827318078432E-01) >= 13)
    #expect(Bounds.digits(second.residualStandardDeviation, 0.369274472937998) >= 13)
    #expect(Bounds.digits(second.rSquared, 0.993348115299335) >= 14)
  }

  /// How far a backward-stable least-squares solver may be off (Wedin; Higham 2002, theorem 20.1).
  ///
  /// For the design A with centred columns of unit norm, condition number κ and residual r,
  /// ‖δw‖ ≤ c·p·eps·(κ‖w‖ + κ²‖r‖/‖A‖); undoing the scaling gives a bound for each coefficient.
  static func allowed(
    _ fit: LinearRegression.Fitted, _ x: Matrix<Double>, centered: Bool
  ) throws -> (intercept: Double, coefficients: [Double]) {
    let means = centered ? x.columnMeans() : [Double](repeating: 0, count: x.columns)
    let shifted = Matrix<Double>(rows: x.rows, columns: x.columns) { x[$0, $1] - means[$1] }
    let lengths = (0..<x.columns).map { norm(shifted[column: $0]) }
    let values = try SVD.singularValues(
      of: Matrix(rows: x.rows, columns: x.columns) { shifted[$0, $1] / lengths[$1] })
    let condition = values[0] / values[values.count - 1]
    let scaled = norm(zip(fit.coefficients, lengths).map { $0 * $1 })
    let residual = fit.residualSumOfSquares.squareRoot()
    let error = Bounds.roundoff(
      x.columns, condition * scaled + condition * condition * residual / values[0])
    let coefficients = lengths.map { error / $0 }
    let carried = zip(coefficients, means).reduce(0) { $0 + $1.0 * $1.1.magnitude }
    return (carried + Bounds.roundoff(x.columns, fit.intercept.magnitude), coefficients)
  }

  static let sets = [
    "Filip", "Longley", "NoInt1", "NoInt2", "Norris", "Pontius", "Wampler1", "Wampler2", "Wampler3",
    "Wampler4", "Wampler5",
  ]

  static let folder: URL? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["NIST_STRD"].map { URL(filePath: $0) }
    let folder = named ?? root.appending(path: "../shared/reference/nist")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  struct Reference: Decodable {
    struct Term: Decodable {
      let kind: String
      let column: String?
      let power: Int?
    }
    struct Values: Decodable {
      let coefficients: [String]
      let standard_errors: [String]
    }
    let data: String
    let response: String
    let terms: [Term]
    let intercept: Bool
    let recomputed_from_f64_design: Values
    let certified: Values
  }

  @Test(
    .enabled(if: folder != nil, "skipped: no folder with the NIST sets; set NIST_STRD"),
    arguments: sets)
  func certified(set: String) throws {
    let folder = try #require(Self.folder)
    let reference = try JSONDecoder().decode(
      Reference.self, from: Data(contentsOf: folder.appending(path: "\(set).json")))
    let text = try String(contentsOf: folder.appending(path: reference.data), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: ",") }
    let names = lines[0].map { String($0) }
    let table = try lines.dropFirst().map { line in
      try line.map { try #require(Double($0.trimmingCharacters(in: .whitespaces))) }
    }
    func column(_ name: String) throws -> Int { try #require(names.firstIndex(of: name)) }
    let response = try column(reference.response)
    let terms = try reference.terms.filter { $0.kind != "intercept" }.map {
      (column: try column(#require($0.column)), power: $0.power ?? 1)
    }
    let x = Matrix<Double>(rows: table.count, columns: terms.count) { i, j in
      // Rounded once, as in the reference.
      pow(table[i][terms[j].column], Double(terms[j].power))
    }
    let fit = try LinearRegression(fitsIntercept: reference.intercept).fit(
      x, table.map { $0[response] })
    let allowed = try Self.allowed(fit, x, centered: reference.intercept)
    let found = (reference.intercept ? [fit.intercept] : []) + fit.coefficients
    let margins = (reference.intercept ? [allowed.intercept] : []) + allowed.coefficients
    // The truth for binary64 columns is the exact solution of that design.
    let truth = try reference.recomputed_from_f64_design.coefficients.map {
      try #require(Double($0))
    }
    try #require(found.count == truth.count)
    for j in truth.indices {
      #expect((found[j] - truth[j]).magnitude <= margins[j], "\(set), coefficient \(j)")
    }
    // Standard errors lose digits with the condition number only; on an exact fit they are roundoff.
    let errors = (reference.intercept ? [fit.interceptStandardError] : []) + fit.standardErrors
    let exact = try reference.recomputed_from_f64_design.standard_errors.map {
      try #require(Double($0))
    }
    for j in exact.indices {
      let relative = Bounds.roundoff(x.rows, 1 / fit.reciprocalCondition)
      #expect(
        (errors[j] - exact[j]).magnitude <= relative * exact[j] + margins[j],
        "\(set), standard error \(j)")
    }

    // With extended accuracy every set reaches 12 digits of that truth.
    func digits(_ values: [Double], _ truth: [Double]) -> Double {
      zip(values, truth).map { Bounds.digits($0, $1) }.min() ?? 0
    }
    let y = table.map { $0[response] }
    let extended = try LinearRegression(
      fitsIntercept: reference.intercept, accuracy: .extended
    ).fit(x, y)
    let precise = (reference.intercept ? [extended.intercept] : []) + extended.coefficients
    let preciseErrors =
      (reference.intercept ? [extended.interceptStandardError] : []) + extended.standardErrors
    // An exact fit has errors of 0.
    let scale = norm(y) * 1e-12
    for j in truth.indices {
      #expect(Bounds.digits(precise[j], truth[j]) >= 12, "\(set), coefficient \(j)")
      #expect(
        Bounds.digits(preciseErrors[j], exact[j]) >= 12
          || (exact[j] < scale && preciseErrors[j] < scale), "\(set), standard error \(j)")
    }
    // The table of Scripts/nist-digits.sh.
    if ProcessInfo.processInfo.environment["NIST_TABLE"] != nil {
      let columns =
        [digits(found, truth), digits(errors, exact)]
        + [digits(precise, truth), digits(preciseErrors, exact)]
      let cells = columns.map { String(format: "%8.1f", max(0, $0)) }
      print("NIST " + set.padding(toLength: 10, withPad: " ", startingAt: 0) + cells.joined())
    }
    guard terms.allSatisfy({ $0.column == terms[0].column }), reference.intercept else { return }
    // Given x and the degree, the powers are exact as well: 12 digits of what NIST certifies.
    let polynomial = try PolynomialRegression(degree: terms.count).fit(
      table.map { $0[terms[0].column] }, y)
    for (j, text) in reference.certified.coefficients.enumerated() {
      let certified = try #require(Double(text))
      #expect(Bounds.digits(polynomial.coefficients[j], certified) >= 12, "\(set), power \(j)")
    }
  }
}
