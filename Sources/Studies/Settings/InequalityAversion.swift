// The α of a condition's welfare, as a study file states it.

/// The inequality aversion α of isoelastic welfare, W_α(u) = (mean of u^(1-α))^(1/(1-α)): 0 is the mean, 1 the geometric
/// mean, infinity the minimum (Atkinson 1970, "On the measurement of inequality"). A number, or a list of which one is
/// drawn per round, so that ratings are collected over the spectrum.
public struct InequalityAversion: Codable, Sendable, Equatable {
    /// Each 0 or above, possibly infinite; one at least.
    public let values: [Double]

    /// One value: a number, or the word inf.
    private struct Value: Codable {
        let number: Double

        init(number: Double) { self.number = number }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self.number = number
            } else if try container.decode(String.self) == "inf" {
                number = .infinity
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a number or inf")
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            if number.isFinite { try container.encode(number) } else { try container.encode("inf") }
        }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let several = try? container.decode([Value].self) {
            values = several.map(\.number)
        } else {
            values = [try container.decode(Value.self).number]
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values.map(Value.init))
    }
}
