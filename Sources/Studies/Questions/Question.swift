// One contested question, as it stands in a question set.

import Consensus
import Foundation

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
    /// Nil while it has none yet.
    public var topic: String?
    /// Nil while it has none yet; no study uses such a question.
    public var split: Split?

    public init(
        key: String, text: String, affirmingStatement: String, negatingStatement: String, topic: String?, split: Split?
    ) {
        self.key = key
        self.text = text
        self.affirmingStatement = affirmingStatement
        self.negatingStatement = negatingStatement
        self.topic = topic
        self.split = split
    }

    /// The question and its position statements.
    public var wording: QuestionText {
        QuestionText(question: text, affirming: affirmingStatement, negating: negatingStatement)
    }

    /// The most characters that a part of a question may have.
    public static let longest = 2_000

    /// What is wrong with the texts, a sentence each; white space around them is not counted, and to be taken away.
    public var problems: [String] {
        let parts: [(String, String?, isNeeded: Bool)] = [
            ("id", key, true), ("question", text, true), ("affirming_statement", affirmingStatement, true),
            ("negating_statement", negatingStatement, true), ("topic", topic, false),
        ]
        return parts.flatMap { name, value, isNeeded -> [String] in
            guard let value, !value.isEmpty else { return isNeeded ? ["\(name) is empty"] : [] }
            var found: [String] = []
            if value.unicodeScalars.contains("\0") { found.append("\(name) holds a NUL character") }
            if value.count > (name == "id" || name == "topic" ? 200 : Self.longest) {
                found.append("\(name) is longer than \(name == "id" || name == "topic" ? "200" : "2,000") characters")
            }
            return found
        }
    }

    /// The same without white space around its parts; an empty topic is none.
    public var trimmed: Question {
        func trim(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
        var copy = self
        copy.key = trim(key)
        copy.text = trim(text)
        copy.affirmingStatement = trim(affirmingStatement)
        copy.negatingStatement = trim(negatingStatement)
        copy.topic = topic.map(trim).flatMap { $0.isEmpty ? nil : $0 }
        return copy
    }
}
