// A question as the model wrote it.

/// One draw, and what became of it.
public struct QuestionDraft: Codable, Sendable, Equatable {
    /// Why a draw is not put forward.
    public enum Fault: String, Codable, Sendable, CaseIterable {
        /// It is not a question with a statement for and one against.
        case malformed
        /// It asks nearly what an existing question, or an earlier draw, asks.
        case duplicate
    }

    public let seed: UInt64
    /// All that was drawn.
    public let text: String
    /// Nil when it could not be read as one.
    public let question: QuestionText?
    public var fault: Fault?
    /// The question that it repeats, or the one most like it.
    public var nearest: String?
    /// How alike they are, 0 to 1.
    public var similarity: Double?
}
