// A question that the model wrote.

import Foundation

/// A written question that waits for an admin's yes, or had one.
public struct QuestionProposal: Codable, Sendable {
    public let id: UUID
    public let question: String
    public let affirmingStatement: String
    public let negatingStatement: String
    public let topic: String?
    /// The question of the set that is most like it, and how much, 0 to 1.
    public let nearest: String?
    public let similarity: Double?
    /// Words of the screening list that it has.
    public let words: [String]
    /// pending, accepted or rejected.
    public let state: String
    /// The id that it has in the set.
    public let acceptedKey: String?
    /// The ids of the questions that it was written after.
    public let seedKeys: [String]
    public let createdAt: Date
}
