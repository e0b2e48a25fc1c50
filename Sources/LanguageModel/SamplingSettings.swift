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
        temperature: Double = 0.8, topP: Double = 0.95, minP: Double = 0.05, maximumTokens: Int = 160,
        stop: [String] = []
    ) {
        self.temperature = temperature
        self.topP = topP
        self.minP = minP
        self.maximumTokens = maximumTokens
        self.stop = stop
    }
}
