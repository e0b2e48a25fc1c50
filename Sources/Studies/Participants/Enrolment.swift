// From the consent form to the lobby, and from the debriefing to the end.

import Foundation
import Postgres

/// Takes people into a study and lets them out again.
public struct Enrolment: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Takes a person who has given their consent into the study `name`, under its newest settings.
    /// - Returns: the new participant's session secret.
    /// - Throws: ``StudyError/unknownStudy(_:)``, ``StudyError/notOpen(_:)``, ``StudyError/full``.
    public func join(_ name: String, synthetic: Bool) async throws -> Secret {
        try await database.transaction { connection in
            let study = try await StudyCatalog.study(named: name, in: connection)
            // Shared, so that closing the study waits for this person, and people do not wait for each other; but where
            // places are counted, one after another.
            let lock: SQL = study.settings.quotas?.participants == nil ? "FOR SHARE" : "FOR NO KEY UPDATE"
            let state = try await connection.first(
                "SELECT state FROM studies WHERE id = \(study.id) \(sql: lock)", as: String.self
            ).flatMap(StudyState.init(rawValue:))
            guard state == .open else { throw StudyError.notOpen(state ?? .closed) }
            if !synthetic, try await study.isFull(in: connection) { throw StudyError.full }
            guard
                let id = try await connection.first(
                    """
                    INSERT INTO participants (study_id, study_version_id, synthetic, stage_deadline_at)
                    SELECT \(study.id), v.id, \(synthetic),
                           now() + \(sql: StudySettings.TimeLimits.instructions(of: "v.settings"))
                    FROM study_versions v WHERE v.id = \(study.versionID) RETURNING id
                    """, as: UUID.self)
            else { throw StudyError.unknownStudy(name) }
            return try await Sessions.open(for: id, in: connection)
        }
    }

    /// The participant has read the instructions: into the lobby, and into a group if that fills one.
    public func acceptInstructions(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            // The study's row orders everybody who enters its lobby; the participant's row comes after it, always.
            let row = try await connection.first(
                """
                SELECT s.id FROM studies s
                WHERE s.id = (SELECT study_id FROM participants WHERE id = \(participantID)) FOR NO KEY UPDATE
                """, as: UUID.self)
            guard let studyID = row else { throw StudyError.noSession }
            let entered = try await connection.first(
                """
                UPDATE participants p
                SET stage = 'lobby', stage_entered_at = now(), instructed_at = now(), lobby_entered_at = now(),
                    last_seen_at = now(), confirmed_at = now(),
                    stage_deadline_at = now() + make_interval(secs => 60 * (v.settings->'time_limits'->>'lobby_minutes')::float8)
                FROM study_versions v
                WHERE p.id = \(participantID) AND p.stage = 'instructions' AND v.id = p.study_version_id
                RETURNING p.study_version_id, p.synthetic
                """, as: (UUID, Bool).self)
            guard let entered else { return }  // done before: the same click again
            let pool = Lobby.Pool(studyID: studyID, versionID: entered.0, synthetic: entered.1)
            try await Lobby.fill(pool, in: connection)
            try await Lobby.announce(pool, in: connection)
        }
    }

    /// The participant, who waits in the lobby, is still there, or there again. Elsewhere it changes nothing.
    public func confirmPresence(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            try await connection.execute(
                """
                SELECT id FROM studies WHERE id = (SELECT study_id FROM participants WHERE id = \(participantID))
                FOR NO KEY UPDATE
                """)
            try await Lobby.confirm(participantID, in: connection)
        }
    }

    /// The participant has read the debriefing, which ends their part.
    /// - Throws: ``StudyError/notYet`` before the last round is over.
    public func acceptDebriefing(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            let stage = try await connection.first(
                "SELECT stage FROM participants WHERE id = \(participantID) FOR UPDATE", as: String.self
            ).flatMap(Participant.Stage.init(rawValue:))
            switch stage {
            case .done, .ended: return
            case .debriefing:
                try await connection.execute(
                    """
                    UPDATE participants
                    SET stage = CASE WHEN end_reason IS NULL THEN 'done' ELSE 'ended' END, stage_entered_at = now(),
                        stage_deadline_at = NULL, debriefed_at = now(), ended_at = now()
                    WHERE id = \(participantID)
                    """)
                try await Changes.announce([participantID], in: connection)
            default: throw StudyError.notYet
            }
        }
    }
}
