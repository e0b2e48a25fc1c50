// What is looked for in a question set.

/// Which questions are wanted. Everything that is given has to hold.
public struct QuestionSearch: Sendable {
    /// Part of the question, of a position statement, or of the id, in upper or lower case.
    public var text: String?
    /// A topic; an empty text is for those without one.
    public var topic: String?
    /// A split; an empty text is for those without one.
    public var split: String?

    public init(text: String? = nil, topic: String? = nil, split: String? = nil) {
        self.text = text
        self.topic = topic
        self.split = split
    }
}
