/// A picture of data in two dimensions, drawn by gnuplot.
///
/// A chart says what is drawn, `write(to:)` draws it, and `script(output:)` is what gnuplot is told: for changes by hand.
public struct Chart: Hashable, Sendable {
  /// Something that is drawn; what has a name is in the legend.
  public enum Series: Hashable, Sendable {
    /// A line through points.
    case line(_ name: String? = nil, x: [Double], y: [Double])
    /// A dashed line, for what others are compared with.
    case reference(_ name: String? = nil, x: [Double], y: [Double])
    /// Single points.
    case points(_ name: String? = nil, x: [Double], y: [Double])
    /// The area between two lines.
    case area(_ name: String? = nil, x: [Double], from: [Double], to: [Double])
    /// Points with intervals along x.
    case intervals(_ name: String? = nil, x: [Double], y: [Double], from: [Double], to: [Double])
    /// Bars from 0 to y.
    case bars(_ name: String? = nil, x: [Double], y: [Double])
    /// Values on a grid, row by row from the lowest y on, in shades from white to blue.
    case shades(x: [Double], y: [Double], values: [Double])
    /// Regions on such a grid, a number from 0 on each, in the colours of the series.
    case regions(x: [Double], y: [Double], values: [Int])
  }

  /// Text at a place.
  public struct Label: Hashable, Sendable {
    /// What is written, centred.
    public var text: String
    /// Where.
    public var x: Double
    /// Where.
    public var y: Double

    /// A text at a place.
    public init(_ text: String, x: Double, y: Double) { (self.text, self.x, self.y) = (text, x, y) }
  }

  /// Above the picture.
  public var title: String
  /// Below the horizontal axis: what, and in which unit.
  public var xLabel: String
  /// Beside the vertical axis.
  public var yLabel: String
  /// What is drawn, from behind to the front.
  public var series: [Series]
  /// Texts in the picture.
  public var labels: [Label] = []
  /// Names at whole numbers from 0 on the horizontal axis instead of numbers.
  public var xNames: [String] = []
  /// Names at whole numbers from 0 on the vertical axis, the first on top.
  public var yNames: [String] = []
  /// What is shown of the horizontal axis; all that there is if nil.
  public var xRange: ClosedRange<Double>?
  /// What is shown of the vertical axis.
  public var yRange: ClosedRange<Double>?
  /// Whether the vertical axis is logarithmic.
  public var isLogarithmic = false
  /// Whether both axes have the same scale.
  public var isSquare = false

  /// A chart of series.
  public init(_ title: String, x: String, y: String, _ series: [Series]) {
    (self.title, xLabel, yLabel, self.series) = (title, x, y, series)
  }
}
