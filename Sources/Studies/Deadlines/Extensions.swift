// More time, where the study gives it.

import Foundation
import Postgres

/// Extensions of the time limits that people answer under (WCAG 2.2, success criterion 2.2.1).
public struct Extensions: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// What a time limit is for: a phase of a round, or a stage outside the rounds.
    private struct Place {
        let stage: String
        var roundID: UUID?
        var phase: String?
    }

    /// Puts off the deadline that the participant is under, for their whole group where they are in one. Asking for the
    /// same extension again changes nothing.
    /// - Parameter number: which one it is in this phase, from 1.
    /// - Throws: ``StudyError/noMoreTime`` when the study gives none, or no more; ``StudyError/movedOn`` when the
    ///   participant is not under a deadline.
    public func take(_ number: Int, for participantID: UUID) async throws {
        try await database.transaction { connection in
            let settings = try await settings(of: participantID, in: connection)
            guard let minutes = settings.timeLimits.extensionMinutes, let most = settings.timeLimits.extensions,
                let number = Int16(exactly: number), (1...most).contains(Int(number))
            else { throw StudyError.noMoreTime }
            // The round first, then the participant, as everywhere.
            let round = try await connection.first(
                """
                SELECT r.id, r.phase FROM members m JOIN rounds r ON r.group_id = m.group_id
                WHERE m.participant_id = \(participantID) AND m.left_at IS NULL AND r.phase IN ('opinions', 'opinion-ratings', 'ratings')
                FOR UPDATE OF r
                """, as: (UUID, String).self)
            let stage = try await connection.first(
                "SELECT stage FROM participants WHERE id = \(participantID) FOR UPDATE", as: String.self)
            let place: Place
            switch (stage.flatMap(Participant.Stage.init(rawValue:)), round) {
            case (.group, let round?): place = Place(stage: "group", roundID: round.0, phase: round.1)
            case (.entry, _), (.instructions, _), (.comprehension, _), (.exit, _): place = Place(stage: stage ?? "")
            default: throw StudyError.movedOn
            }
            let taken = try await Self.count(
                of: participantID, stage: place.stage, round: place.roundID, phase: place.phase, in: connection)
            if taken >= Int(number) { return }
            guard taken + 1 == Int(number) else { throw StudyError.notYet }
            try await connection.execute(
                """
                INSERT INTO extensions (participant_id, stage, round_id, phase, number, minutes)
                VALUES (\(participantID), \(place.stage), \(place.roundID), \(place.phase), \(number), \(minutes))
                """)
            if let roundID = place.roundID {
                try await connection.execute(
                    """
                    UPDATE rounds
                    SET phase_deadline_at = greatest(phase_deadline_at, now()) + make_interval(secs => \(minutes * 60))
                    WHERE id = \(roundID) AND phase_deadline_at IS NOT NULL
                    """)
                try await Changes.announce(roundID: roundID, in: connection)
            } else {
                try await connection.execute(
                    """
                    UPDATE participants
                    SET stage_deadline_at = greatest(stage_deadline_at, now()) + make_interval(secs => \(minutes * 60))
                    WHERE id = \(participantID) AND stage_deadline_at IS NOT NULL
                    """)
                try await Changes.announce([participantID], in: connection)
            }
        }
    }

    /// What the participant may still take where they are now; nil where the study gives nothing.
    static func left(
        of participantID: UUID, stage: Participant.Stage, round: UUID?, phase: RoundPhase?, _ settings: StudySettings,
        in session: some PostgresSession
    ) async throws -> Participation.Extension? {
        guard let minutes = settings.timeLimits.extensionMinutes, let most = settings.timeLimits.extensions else { return nil }
        let taken = try await count(
            of: participantID, stage: stage.rawValue, round: round, phase: phase?.rawValue, in: session)
        return taken < most ? .init(minutes: minutes, number: taken + 1, left: most - taken) : nil
    }

    private static func count(
        of participantID: UUID, stage: String, round: UUID?, phase: String?, in session: some PostgresSession
    ) async throws -> Int {
        try await session.first(
            """
            SELECT count(*) FROM extensions
            WHERE participant_id = \(participantID) AND stage = \(stage)
              AND round_id IS NOT DISTINCT FROM \(round) AND phase IS NOT DISTINCT FROM \(phase)
            """, as: Int.self) ?? 0
    }

    private func settings(of participantID: UUID, in connection: Connection) async throws -> StudySettings {
        let settings = try await connection.first(
            """
            SELECT v.settings FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.id = \(participantID)
            """, as: JSONB<StudySettings>.self)
        guard let settings else { throw StudyError.noSession }
        return settings.value
    }
}
