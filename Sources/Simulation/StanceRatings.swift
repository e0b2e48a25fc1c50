// How far somebody agrees with the two position statements.

/// Agreement with the two position statements of a question, each 1 (strongly disagree) to 7 (strongly agree).
public struct StanceRatings: Codable, Sendable, Hashable {
    public var affirming: Int
    public var negating: Int

    public init(affirming: Int, negating: Int) {
        self.affirming = affirming
        self.negating = negating
    }
}
