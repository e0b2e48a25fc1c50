// What ratings are flagged for.

import Foundation
import Postgres

/// Flags ratings as they come in. The caller has just stored the rating, and holds the round's row.
enum RatingQuality {
    /// Flags the rating of `presentationID`, and the member's round when it was the last.
    /// - Parameter wasShown: whether the page had said before when the statement came into view; if it had not, nothing is
    ///   known of how long the rating took.
    static func flag(
        _ presentationID: UUID, agreement: Int, quality: Int, wasShown: Bool, in connection: Connection
    ) async throws {
        let row = try await connection.first(
            """
            SELECT p.participant_id, p.round_id, extract(epoch FROM a.submitted_at - p.shown_at)::float8, people.synthetic,
                   CASE WHEN n.source = 'attention-check' THEN n.settings END, v.settings,
                   NOT EXISTS (SELECT FROM presentations other LEFT JOIN ratings b ON b.presentation_id = other.id
                               WHERE other.round_id = p.round_id AND other.participant_id = p.participant_id
                                 AND b.presentation_id IS NULL)
            FROM presentations p JOIN ratings a ON a.presentation_id = p.id
                 JOIN participants people ON people.id = p.participant_id
                 JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                 JOIN groups g ON g.id = p.group_id JOIN study_versions v ON v.id = g.study_version_id
            WHERE p.id = \(presentationID)
            """,
            as: (UUID, UUID, Double?, Bool, JSONB<AttentionCheck>?, JSONB<StudySettings>, Bool).self)
        guard let (participantID, roundID, seconds, isSynthetic, check, settings, isLast) = row else { return }
        func store(_ flag: QualityFlag, _ value: Double, of presentationID: UUID?) async throws {
            try await Self.store(flag, value, of: participantID, round: roundID, presentation: presentationID, in: connection)
        }
        let fast = (settings.value.quality ?? QualitySettings()).slowestFastRating
        if let seconds, wasShown, seconds < fast, !isSynthetic { try await store(.tooFastRating, seconds, of: presentationID) }
        if let check, !check.value.isPassed(agreement: agreement, quality: quality) {
            try await store(.failedAttentionCheck, Double(agreement), of: presentationID)
        }
        guard isLast else { return }
        let (statements, answers) = try await connection.first(
            """
            SELECT count(*), count(DISTINCT (a.agreement, a.quality))
            FROM presentations p JOIN ratings a ON a.presentation_id = p.id
                 JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
            WHERE p.round_id = \(roundID) AND p.participant_id = \(participantID) AND n.source <> 'attention-check'
            """, as: (Int, Int).self) ?? (0, 0)
        if statements >= QualitySettings.straightLine, answers == 1 {
            try await store(.straightLining, Double(statements), of: nil)
        }
    }

    /// Keeps a flag; the same one again changes nothing.
    static func store(
        _ flag: QualityFlag, _ value: Double, of participantID: UUID, round roundID: UUID, presentation presentationID: UUID? = nil,
        in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO flags (participant_id, round_id, presentation_id, flag, value)
            VALUES (\(participantID), \(roundID), \(presentationID), \(flag.rawValue), \(value))
            ON CONFLICT DO NOTHING
            """)
    }
}
