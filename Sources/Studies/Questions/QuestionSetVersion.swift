// A line of the history of a question set.

import Foundation

/// A version of a question set.
public struct QuestionSetVersion: Codable, Sendable {
    public let version: Int
    public let createdAt: Date
    /// What was done, in one sentence.
    public let note: String
    /// The admin's name; nil for the command line.
    public let madeBy: String?
    /// How many questions it has.
    public let questions: Int
    /// The names of the studies that have used it, as far as whoever asks has them.
    public let studies: [String]
    /// How many other studies have used it.
    public let otherStudies: Int
}
