// What is left of somebody whose words were deleted.

import Foundation
import Postgres

/// The tombstone of a person.
public struct ErasureReport: Codable, Sendable, Equatable {
    public let participantID: UUID
    /// Whether there was anything left to delete; false where that had been done before.
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
    /// Models that had learnt from their ratings or words, and what was made from those, as name@version.
    public let models: [String]

    /// What is kept of a participant's erasure; nil when their words were not deleted.
    static func of(_ participantID: UUID, isNew: Bool, in session: some PostgresSession) async throws -> ErasureReport? {
        let row = try await session.first(
            """
            SELECT stances, opinions, ratings, survey_responses, statements, prompts, candidates, models
            FROM erasures WHERE participant_id = \(participantID)
            """, as: (Int, Int, Int, Int, Int, Int, Int, [String]).self)
        return row.map {
            ErasureReport(
                participantID: participantID, isNew: isNew, stances: $0.0, opinions: $0.1, ratings: $0.2, surveyResponses: $0.3,
                statements: $0.4, prompts: $0.5, candidates: $0.6, models: $0.7)
        }
    }
}
