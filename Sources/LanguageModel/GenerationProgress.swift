// How far a generation is.

/// Tokens done of those expected at most; ended candidates count as done.
public struct GenerationProgress: Sendable, Equatable {
    public let tokensDone: Int
    public let tokensExpected: Int

    /// What is done, 0 to 1.
    public var share: Double {
        tokensExpected > 0 ? min(1, Double(tokensDone) / Double(tokensExpected)) : 0
    }

    public init(tokensDone: Int, tokensExpected: Int) {
        self.tokensDone = tokensDone
        self.tokensExpected = tokensExpected
    }
}
