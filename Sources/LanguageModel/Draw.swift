// One candidate text.

/// A text drawn from the model.
public struct Draw: Codable, Sendable, Equatable {
    /// Why a draw ended.
    public enum Finish: String, Codable, Sendable, CaseIterable {
        /// The model ended it.
        case endOfText = "end_of_text"
        /// A stop string came; it is not part of the text.
        case stopString = "stop_string"
        /// The token limit was reached.
        case length
    }

    public let seed: UInt64
    public let text: String
    /// Tokens drawn, the one that ended it included.
    public let tokenCount: Int
    /// The natural logarithm of the probability of the tokens drawn, under the model's own distribution (temperature 1,
    /// nothing dropped).
    public let logProbability: Double
    public let finish: Finish

    public init(seed: UInt64, text: String, tokenCount: Int, logProbability: Double, finish: Finish) {
        self.seed = seed
        self.text = text
        self.tokenCount = tokenCount
        self.logProbability = logProbability
        self.finish = finish
    }
}
