// A number that was estimated, and how sure it is.

/// A value with its 95 % interval.
public struct Estimate: Codable, Sendable, Equatable {
    public let value: Double
    public let low: Double
    public let high: Double

    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }
}
