// A question, as far as the parts of a training set are concerned.

import Studies

/// A question that a group was asked, and the split that its question set puts it into.
public struct AskedQuestion: Codable, Sendable, Equatable {
    public let question: String
    public let split: Split

    /// Its words, however they are spaced: what makes two questions the same for training sets.
    var wording: String { question.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    public init(question: String, split: Split) {
        self.question = question
        self.split = split
    }
}
