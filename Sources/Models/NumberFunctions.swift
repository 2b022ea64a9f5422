import LinAlg

// LinAlg's functions of arrays, of one number each and without an array.

func exp(_ x: Double) -> Double { unsafe value(Double._exp, x) }
func log(_ x: Double) -> Double { unsafe value(Double._log, x) }
func log1p(_ x: Double) -> Double { unsafe value(Double._log1p, x) }

@inline(__always)
private func value(
  _ kernel: (Int, UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void, _ x: Double
) -> Double {
  var (x, y) = (x, 0.0)
  unsafe kernel(1, &x, &y)
  return y
}
