// A text that was drawn, whether it was used or not.

import LanguageModel

/// One candidate statement.
public struct Candidate: Codable, Sendable, Equatable {
    /// 1 for the first batch, 2 to 4 for the redraws.
    public let draw: Int
    /// Its place in its batch, from 0.
    public let index: Int
    public let seed: UInt64
    /// The prompt's opening words and what the model made of them, without surrounding white space.
    public let text: String
    public let tokenCount: Int
    /// Natural logarithm of the probability of what the model drew, under its own distribution.
    public let logProbability: Double
    public let finish: Draw.Finish
    /// Why it was rejected; nil for a well-formed candidate.
    public let malformation: Malformation?

    public init(
        draw: Int, index: Int, seed: UInt64, text: String, tokenCount: Int, logProbability: Double,
        finish: Draw.Finish, malformation: Malformation?
    ) {
        self.draw = draw
        self.index = index
        self.seed = seed
        self.text = text
        self.tokenCount = tokenCount
        self.logProbability = logProbability
        self.finish = finish
        self.malformation = malformation
    }
}
