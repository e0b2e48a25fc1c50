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
    /// The position in the draft of the well-formed candidate that says nearly the same and was drawn before; nil for one
    /// that has its words to itself.
    public var duplicateOf: Int?
    /// The agreements predicted of the members, in the order of the brief's opinions; nil where none were.
    public var predictions: [Double]?
    /// The welfare of those; nil where it was not what decided.
    public var welfare: Double?
    /// Its place in the ranking, 1 being the best; nil where there was none.
    public var rank: Int?

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

    /// Whether it may be chosen before any malformed one: well-formed, and nobody's near-duplicate.
    public var isEligible: Bool { malformation == nil && duplicateOf == nil }
}
