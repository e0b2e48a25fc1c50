// A part of a question set, as it is looked through.

/// Some of the questions of a version, and how many there are by topic and by split.
public struct QuestionPage: Codable, Sendable {
    /// A question and its place in the set, from 1.
    public struct Entry: Codable, Sendable {
        public let position: Int
        public let question: Question
    }

    /// How many questions have a topic or a split; nil is those that have none.
    public struct Count: Codable, Sendable {
        public let name: String?
        public let questions: Int
    }

    /// How many questions have a topic and a split together.
    public struct Cell: Codable, Sendable {
        public let topic: String?
        public let split: Split?
        public let questions: Int
    }

    public let version: Int
    /// How many questions match.
    public let matching: Int
    /// How many questions the version has.
    public let total: Int
    public let entries: [Entry]
    /// Of all questions of the version.
    public let topics: [Count]
    public let splits: [Count]
    public let cells: [Cell]
}
