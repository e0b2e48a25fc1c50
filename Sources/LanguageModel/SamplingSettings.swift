// How tokens are drawn.

/// Sampling settings. With logits l and temperature T, a token's weight is exp((l - max l) / T). Tokens whose weight is
/// below `minP` are dropped (min-p, relative to the likeliest token); of the rest, in falling order, those are kept
/// whose predecessors' share of the remaining weight is below `topP` (nucleus sampling, Holtzman et al. 2020); one is
/// drawn in proportion to its weight.
public struct SamplingSettings: Codable, Sendable, Equatable {
    /// Above 0; the likeliest token is taken when it is 0.
    public var temperature: Double
    /// 0 to 1; 1 keeps everything that min-p kept.
    public var topP: Double
    /// 0 to 1; 0 keeps everything.
    public var minP: Double
    /// The most tokens of a candidate.
    public var maximumTokens: Int
    /// A candidate ends before the first of these strings.
    public var stop: [String]

    private enum CodingKeys: String, CodingKey {
        case temperature
        case topP = "top_p"
        case minP = "min_p"
        case maximumTokens = "maximum_tokens"
        case stop
    }

    public init(
        temperature: Double, topP: Double = 1, minP: Double = 0, maximumTokens: Int, stop: [String] = []
    ) {
        self.temperature = temperature
        self.topP = topP
        self.minP = minP
        self.maximumTokens = maximumTokens
        self.stop = stop
    }

    /// - Throws: ``ModelError/badSampling(_:)``.
    public func validate() throws(ModelError) {
        // Written so that NaN fails.
        guard temperature >= 0, temperature <= 100 else { throw .badSampling("temperature must be 0 to 100") }
        guard topP > 0, topP <= 1 else { throw .badSampling("top_p must be above 0 and at most 1") }
        guard minP >= 0, minP <= 1 else { throw .badSampling("min_p must be 0 to 1") }
        guard maximumTokens >= 1 else { throw .badSampling("maximum_tokens must be at least 1") }
    }
}
