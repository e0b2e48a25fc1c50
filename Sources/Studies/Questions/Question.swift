// One contested question, as it stands in a question set.

/// A contested question with the two position statements that participants give their stance on.
public struct Question: Codable, Sendable, Equatable {
    /// The id the question carries in its file; unique in a question set.
    public var key: String
    /// The question, such as "Should we raise taxes on the rich?".
    public var text: String
    /// The statement of those who would answer yes.
    public var affirmingStatement: String
    /// The statement of those who would answer no.
    public var negatingStatement: String
    public var topic: String
    public var split: Split

    public init(
        key: String, text: String, affirmingStatement: String, negatingStatement: String, topic: String, split: Split
    ) {
        self.key = key
        self.text = text
        self.affirmingStatement = affirmingStatement
        self.negatingStatement = negatingStatement
        self.topic = topic
        self.split = split
    }
}
