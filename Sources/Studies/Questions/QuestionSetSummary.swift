// A line of the list of question sets.

import Foundation

/// A question set at its newest version.
public struct QuestionSetSummary: Codable, Sendable {
    public let name: String
    public let version: Int
    /// How many questions the version has.
    public let questions: Int
    /// How many topics those have.
    public let topics: Int
    /// How many of them have no split yet, so that no study uses them.
    public let unassigned: Int
    /// How many written questions wait for a yes.
    public let proposals: Int
    public let createdAt: Date
}
