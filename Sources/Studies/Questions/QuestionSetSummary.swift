// A line of the list of question sets.

import Foundation

/// A question set at its newest version.
public struct QuestionSetSummary: Codable, Sendable {
    public let name: String
    public let version: Int
    /// How many questions the version has.
    public let questions: Int
    public let createdAt: Date
}
