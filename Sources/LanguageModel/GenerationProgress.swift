// How far a generation is.

/// Tokens done of those expected at most; ended candidates count as done.
public struct GenerationProgress: Sendable, Equatable {
    public let tokensDone: Int
    public let tokensExpected: Int

    public init(tokensDone: Int, tokensExpected: Int) {
        self.tokensDone = tokensDone
        self.tokensExpected = tokensExpected
    }
}
