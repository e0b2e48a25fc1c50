// What is left of somebody whose words were deleted.

import Foundation

/// The tombstone of a person.
public struct ErasureReport: Codable, Sendable, Equatable {
    public let participantID: UUID
    /// Whether there was anything left to delete.
    public let isNew: Bool
    public let stances: Int
    public let opinions: Int
    public let ratings: Int
    /// Answers to surveys, each sent at once.
    public let surveyResponses: Int
    /// Their words shown as statements, and statements that quoted them.
    public let statements: Int
    public let prompts: Int
    public let candidates: Int
    /// Models that had learnt from their ratings, and what was made from those, as name@version.
    public let models: [String]
}
