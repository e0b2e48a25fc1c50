// Taking answers. One transaction each: lock the round, store the answer once, move the round on.

import Foundation
import Postgres

/// Stores what members answer. The same answer again is accepted and changes nothing; another one is refused.
public struct Answers: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// The member's agreement with the two position statements of round `number` (from 1).
    /// - Throws: ``StudyError``.
    public func giveStance(
        _ participantID: UUID, round number: Int, affirming: LikertValue, negating: LikertValue
    ) async throws {
        try await database.transaction { connection in
            let round = try await lockRound(number, of: participantID, in: connection)
            let before = try await connection.first(
                """
                SELECT affirming, negating FROM stances
                WHERE round_id = \(round.id) AND participant_id = \(participantID)
                """, as: (Int16, Int16).self)
            if let before {
                guard Int(before.0) == affirming.value, Int(before.1) == negating.value else {
                    throw StudyError.answeredAlready
                }
                return
            }
            guard round.phase == .opinions else { throw StudyError.movedOn }
            try await connection.execute(
                """
                INSERT INTO stances (round_id, group_id, participant_id, affirming, negating)
                VALUES (\(round.id), \(round.groupID), \(participantID), \(Int16(affirming.value)),
                        \(Int16(negating.value)))
                """)
            try await Self.comeBack(participantID, in: connection)
            try await Changes.announce([participantID], in: connection)
        }
    }

    /// The member's opinion in round `number`. When it is the last one, the statements are ordered.
    /// - Parameter pasted: how many of its characters the page says were pasted in.
    /// - Throws: ``StudyError``.
    public func giveOpinion(_ participantID: UUID, round number: Int, text: String, pasted: Int = 0) async throws {
        let text = OpinionText(text)
        try await database.transaction { connection in
            let round = try await lockRound(number, of: participantID, in: connection)
            let before = try await connection.first(
                "SELECT text FROM opinions WHERE round_id = \(round.id) AND participant_id = \(participantID)",
                as: String.self)
            if let before {
                guard before == text.text else { throw StudyError.answeredAlready }
                return
            }
            guard round.phase == .opinions else { throw StudyError.movedOn }
            try text.check(round.settings.opinion)
            let stance = try await connection.first(
                """
                SELECT extract(epoch FROM now() - s.submitted_at)::float8, p.synthetic,
                       ARRAY[q.question, q.affirming_statement, q.negating_statement]
                FROM stances s JOIN participants p ON p.id = s.participant_id
                     JOIN rounds r ON r.id = s.round_id JOIN questions q ON q.id = r.question_id
                WHERE s.round_id = \(round.id) AND s.participant_id = \(participantID)
                """, as: (Double, Bool, [String]).self)
            guard let (seconds, isSynthetic, question) = stance else { throw StudyError.notYet }
            let settings = round.settings.quality ?? QualitySettings()
            let quality = OpinionQuality(
                of: text.text, pasted: pasted, question: question, seconds: isSynthetic ? nil : seconds, settings)
            try quality.check(settings)
            try await connection.execute(
                """
                INSERT INTO opinions (round_id, group_id, participant_id, text)
                VALUES (\(round.id), \(round.groupID), \(participantID), \(text.text))
                """)
            try await Drafts.delete(of: participantID, about: .opinion, in: connection)
            for (flag, value) in quality.flags {
                try await RatingQuality.store(flag, value, of: participantID, round: round.id, in: connection)
            }
            try await Self.comeBack(participantID, in: connection)
            try await RoundProgression.advance(round.id, in: connection)
        }
    }

    /// The statement behind `presentationID` is now before the member's eyes. Only the first time counts.
    /// - Throws: ``StudyError/unknownStatement``.
    public func noteShown(_ participantID: UUID, presentationID: UUID) async throws {
        let known = try await database.first(
            """
            UPDATE presentations SET shown_at = coalesce(shown_at, now())
            WHERE id = \(presentationID) AND participant_id = \(participantID) RETURNING true
            """, as: Bool.self)
        guard known == true else { throw StudyError.unknownStatement }
    }

    /// The member's agreement with, and the quality of, the statement behind `presentationID`.
    /// - Throws: ``StudyError``.
    public func rate(
        _ participantID: UUID, presentationID: UUID, agreement: LikertValue, quality: LikertValue
    ) async throws {
        try await database.transaction { connection in
            let presentation = try await connection.first(
                "SELECT round_id, position FROM presentations WHERE id = \(presentationID) AND participant_id = \(participantID)",
                as: (UUID, Int16).self)
            guard let presentation else { throw StudyError.unknownStatement }
            let phase = try await RoundProgression.lock(presentation.0, in: connection)
            let before = try await connection.first(
                "SELECT agreement, quality FROM ratings WHERE presentation_id = \(presentationID)",
                as: (Int16, Int16).self)
            if let before {
                guard Int(before.0) == agreement.value, Int(before.1) == quality.value else {
                    throw StudyError.answeredAlready
                }
                return
            }
            guard phase == .ratings, try await isMember(participantID, in: connection) else {
                throw StudyError.movedOn
            }
            // Statements are rated one by one, in the order drawn.
            let earlier = try await connection.first(
                """
                SELECT count(*) FROM presentations p LEFT JOIN ratings a ON a.presentation_id = p.id
                WHERE p.round_id = \(presentation.0) AND p.participant_id = \(participantID)
                  AND p.position < \(presentation.1) AND a.presentation_id IS NULL
                """, as: Int.self)
            guard earlier == 0 else { throw StudyError.notYet }
            try await connection.execute(
                "UPDATE presentations SET shown_at = coalesce(shown_at, now()) WHERE id = \(presentationID)")
            try await connection.execute(
                """
                INSERT INTO ratings (presentation_id, agreement, quality)
                VALUES (\(presentationID), \(Int16(agreement.value)), \(Int16(quality.value)))
                """)
            try await RatingQuality.flag(
                presentationID, agreement: agreement.value, quality: quality.value, in: connection)
            try await Self.comeBack(participantID, in: connection)
            try await RoundProgression.advance(presentation.0, in: connection)
        }
    }

    /// Whoever answers is back: the group waits for them again.
    static func comeBack(_ participantID: UUID, in connection: Connection) async throws {
        try await connection.execute(
            """
            UPDATE members SET away_since = NULL, away_phase = NULL
            WHERE participant_id = \(participantID) AND away_since IS NOT NULL AND left_at IS NULL
            """)
    }

    private func isMember(_ participantID: UUID, in connection: Connection) async throws -> Bool {
        try await connection.first(
            "SELECT true FROM members WHERE participant_id = \(participantID) AND left_at IS NULL", as: Bool.self) ?? false
    }

    private struct LockedRound {
        let id: UUID
        let groupID: UUID
        let phase: RoundPhase
        let settings: StudySettings
    }

    private func lockRound(
        _ number: Int, of participantID: UUID, in connection: Connection
    ) async throws -> LockedRound {
        guard let number = Int16(exactly: number) else { throw StudyError.notYet }
        let row = try await connection.first(
            """
            SELECT r.id, r.group_id, r.phase, v.settings
            FROM members m
            JOIN rounds r ON r.group_id = m.group_id AND r.number = \(number)
            JOIN groups g ON g.id = m.group_id
            JOIN study_versions v ON v.id = g.study_version_id
            WHERE m.participant_id = \(participantID)
            FOR UPDATE OF r
            """, as: (UUID, UUID, String, JSONB<StudySettings>).self)
        if row != nil, try await !isMember(participantID, in: connection) { throw StudyError.movedOn }
        guard let row, let phase = RoundPhase(rawValue: row.2), phase != .pending else { throw StudyError.notYet }
        return LockedRound(id: row.0, groupID: row.1, phase: phase, settings: row.3.value)
    }
}
