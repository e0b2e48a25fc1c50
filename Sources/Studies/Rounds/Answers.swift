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
            try await RoundProgression.take(.answered(participantID), in: round.id, connection)
        }
    }

    /// The member's opinion in round `number`. When it is the last one, opinions are rated, or statements ordered.
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
            let opinionID = try await connection.first(
                """
                INSERT INTO opinions (round_id, group_id, participant_id, text)
                VALUES (\(round.id), \(round.groupID), \(participantID), \(text.text)) RETURNING id
                """, as: UUID.self)
            if let opinionID { try await TextScreen.screen(opinionID, text.text, in: connection) }
            try await Drafts.delete(of: participantID, about: .opinion, in: connection)
            for (flag, value) in quality.flags {
                try await RatingQuality.store(flag, value, of: participantID, round: round.id, in: connection)
            }
            try await RoundProgression.take(.wrote(participantID), in: round.id, connection)
        }
    }

    /// The statement behind `presentationID`, or the opinion that is rated under it, is now before the member's eyes. Only
    /// the first time counts.
    /// - Throws: ``StudyError/unknownStatement``.
    public func noteShown(_ participantID: UUID, presentationID: UUID) async throws {
        let known = try await database.first(
            """
            UPDATE presentations SET shown_at = coalesce(shown_at, now())
            WHERE id = \(presentationID) AND participant_id = \(participantID) RETURNING true
            """, as: Bool.self)
        if known == true { return }
        let knownOpinion = try await database.first(
            """
            UPDATE opinion_ratings SET shown_at = coalesce(shown_at, now())
            WHERE id = \(presentationID) AND participant_id = \(participantID) RETURNING true
            """, as: Bool.self)
        guard knownOpinion == true else { throw try await unknown(presentationID, in: database) }
    }

    /// What to say of a statement that is not the member's: another's, or one that was withdrawn when somebody had their
    /// words deleted, which leaves no row.
    private func unknown(_ id: UUID, in session: some PostgresSession) async throws -> StudyError {
        let isAnothers = try await session.first(
            """
            SELECT EXISTS (SELECT FROM presentations WHERE id = \(id)) OR EXISTS (SELECT FROM opinion_ratings WHERE id = \(id))
            """, as: Bool.self)
        return isAnothers == true ? .unknownStatement : .movedOn
    }

    /// The member's agreement with, and the quality of, the statement behind `presentationID`, or another member's opinion
    /// that is rated under it.
    /// - Throws: ``StudyError``.
    public func rate(
        _ participantID: UUID, presentationID: UUID, agreement: LikertValue, quality: LikertValue
    ) async throws {
        try await database.transaction { connection in
            let presentation = try await connection.first(
                """
                SELECT round_id, position, shown_at IS NOT NULL FROM presentations
                WHERE id = \(presentationID) AND participant_id = \(participantID)
                """, as: (UUID, Int16, Bool).self)
            guard let presentation else {
                return try await rateOpinion(participantID, presentationID, agreement, quality, in: connection)
            }
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
                presentationID, agreement: agreement.value, quality: quality.value, wasShown: presentation.2, in: connection)
            try await RoundProgression.take(.rated(participantID, of: presentationID), in: presentation.0, connection)
        }
    }

    private func rateOpinion(
        _ participantID: UUID, _ id: UUID, _ agreement: LikertValue, _ quality: LikertValue, in connection: Connection
    ) async throws {
        let roundID = try await connection.first(
            "SELECT round_id FROM opinion_ratings WHERE id = \(id) AND participant_id = \(participantID)", as: UUID.self)
        guard let roundID else { throw try await unknown(id, in: connection) }
        let phase = try await RoundProgression.lock(roundID, in: connection)
        let row = try await connection.first(
            """
            SELECT r.agreement, r.quality,
                   EXISTS (SELECT FROM opinion_ratings earlier
                           WHERE earlier.round_id = r.round_id AND earlier.participant_id = r.participant_id
                             AND earlier.position < r.position AND earlier.submitted_at IS NULL)
            FROM opinion_ratings r WHERE r.id = \(id)
            """, as: (Int16?, Int16?, Bool).self)
        guard let row else { throw StudyError.movedOn }    // its author withdrew
        if let before = row.0 {
            guard Int(before) == agreement.value, row.1.map(Int.init) == quality.value else { throw StudyError.answeredAlready }
            return
        }
        guard phase == .opinionRatings, try await isMember(participantID, in: connection) else { throw StudyError.movedOn }
        guard !row.2 else { throw StudyError.notYet }
        try await connection.execute(
            """
            UPDATE opinion_ratings
            SET agreement = \(Int16(agreement.value)), quality = \(Int16(quality.value)), submitted_at = now(),
                shown_at = coalesce(shown_at, now())
            WHERE id = \(id)
            """)
        try await RoundProgression.take(.rated(participantID, of: id), in: roundID, connection)
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
