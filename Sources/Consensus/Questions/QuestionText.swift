// A contested question in words, with the positions on it.

/// A question and its two position statements.
public struct QuestionText: Codable, Sendable, Equatable {
    public var question: String
    /// The statement of those who would answer yes.
    public var affirming: String
    /// The statement of those who would answer no.
    public var negating: String

    public init(question: String, affirming: String, negating: String) {
        self.question = question
        self.affirming = affirming
        self.negating = negating
    }
}
