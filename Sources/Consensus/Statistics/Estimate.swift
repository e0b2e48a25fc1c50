// A number that was estimated, and how sure it is.

/// A value with its 95 % interval. What cannot be estimated is not a number, and null in JSON.
public struct Estimate: Codable, Sendable, Equatable {
    public let value: Double
    public let low: Double
    public let high: Double

    private enum CodingKeys: String, CodingKey {
        case value, low, high
    }

    public init(value: Double, low: Double, high: Double) {
        self.value = value
        self.low = low
        self.high = high
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Double { try values.decodeIfPresent(Double.self, forKey: key) ?? .nan }
        self.init(value: try number(.value), low: try number(.low), high: try number(.high))
    }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        for (number, key) in [(value, CodingKeys.value), (low, .low), (high, .high)] {
            if number.isFinite { try values.encode(number, forKey: key) } else { try values.encodeNil(forKey: key) }
        }
    }

    /// Whether the whole interval lies on one side of `null`.
    public func excludes(_ null: Double) -> Bool { low > null || high < null }
}
