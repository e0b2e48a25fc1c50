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
            let start = ParticipantPath(study.settings).start.stage
            let seconds = Passage.limit(of: start, study.settings).map { $0 * 60 }
            guard
                let id = try await connection.first(
                    """
                    INSERT INTO participants (study_id, study_version_id, synthetic, stage, stage_deadline_at)
                    VALUES (\(study.id), \(study.versionID), \(synthetic), \(start.rawValue),
                            now() + make_interval(secs => \(seconds)::float8)) RETURNING id
                    """, as: UUID.self)
            else { throw StudyError.unknownStudy(name) }
            return try await Sessions.open(for: id, in: connection)
        }
    }

    /// The participant has read the instructions: on to the comprehension questions, or into the lobby, and into a group
    /// if that fills one.
    public func acceptInstructions(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            let pool = try await Lobby.lockPool(of: participantID, in: connection)
            // Nothing happens when it is the same click again.
            guard try await Passage.take(participantID, on: .instructed, in: connection)?.stage == .lobby else { return }
            try await Lobby.fill(pool, in: connection)
            try await Lobby.announce(pool, in: connection)
        }
    }

    /// The participant, who waits in the lobby, is still there, or there again. Elsewhere it changes nothing.
    public func confirmPresence(_ participantID: UUID) async throws {
        try await database.transaction { try await Lobby.confirm(participantID, in: $0) }
    }

    /// The participant has read the debriefing, which ends their part.
    /// - Throws: ``StudyError/notYet`` before the last round is over.
    public func acceptDebriefing(_ participantID: UUID) async throws {
        try await database.transaction { connection in
            guard try await Passage.take(participantID, on: .debriefed, in: connection) == nil else { return }
            let isOver = try await connection.first(
                "SELECT stage IN ('done', 'ended') FROM participants WHERE id = \(participantID)", as: Bool.self)
            guard isOver == true else { throw StudyError.notYet }
        }
    }
}
