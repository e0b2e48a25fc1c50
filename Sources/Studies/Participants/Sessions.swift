// Session cookies: who is asking.

import Foundation
import Postgres

/// The participants' sessions of a database.
public struct Sessions: Sendable {
    /// How long a session lasts.
    static let lifetimeDays = 30

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// The participant whose session cookie holds `secret`. Counts as a sign of presence.
    /// - Throws: ``StudyError/noSession``.
    public func participant(with secret: Secret) async throws -> Participant {
        guard
            let row = try await database.first(
                """
                SELECT p.id, p.study_id, p.stage, p.platform_id
                FROM sessions s JOIN participants p ON p.id = s.participant_id
                WHERE s.hash = \(Data(secret.hash)) AND s.expires_at > now()
                """, as: (UUID, UUID, String, String?).self),
            let stage = Participant.Stage(rawValue: row.2)
        else { throw StudyError.noSession }
        try await database.execute(
            """
            UPDATE participants SET last_seen_at = now()
            WHERE id = \(row.0) AND last_seen_at < now() - interval '5 seconds'
            """)
        return Participant(id: row.0, studyID: row.1, stage: stage, platformID: row.3)
    }

    /// Who sits in a seat of a preview.
    /// - Throws: ``StudyError/noSession`` before consent is given there.
    public func participant(in seat: Previews.Seat) async throws -> Participant {
        let row = try await database.first(
            "SELECT id, study_id, stage FROM participants WHERE id = \(seat.participantID)", as: (UUID, UUID, String).self)
        guard let row, let stage = Participant.Stage(rawValue: row.2) else { throw StudyError.noSession }
        return Participant(id: row.0, studyID: row.1, stage: stage, platformID: nil)
    }

    /// These participants have a page open: a sign of presence, like a request.
    public func noteConnected(_ participantIDs: [UUID]) async throws {
        // A row that somebody moves just now is left alone: moving it needs no sign of presence.
        try await database.execute(
            """
            UPDATE participants SET last_seen_at = now()
            WHERE id IN (SELECT id FROM participants WHERE id = ANY(\(participantIDs)) FOR UPDATE SKIP LOCKED)
            """)
    }

    /// Makes a new return code for the participant; one made before is not valid any more.
    /// - Returns: the code, which is shown once and not kept.
    public func makeReturnCode(for participantID: UUID) async throws -> ReturnCode {
        let code = ReturnCode()
        try await database.execute(
            "UPDATE participants SET return_code_hash = \(Data(code.hash)) WHERE id = \(participantID)")
        return code
    }

    /// Opens a session in another browser for whoever has the return code, in the study `name`.
    /// - Throws: ``StudyError/unknownReturnCode``.
    public func open(with typed: String, study name: String) async throws -> Secret {
        guard let code = ReturnCode(typed: typed) else { throw StudyError.unknownReturnCode }
        return try await database.transaction { connection in
            let participantID = try await connection.first(
                """
                SELECT p.id FROM participants p JOIN studies s ON s.id = p.study_id
                WHERE p.return_code_hash = \(Data(code.hash)) AND s.name = \(name)
                """, as: UUID.self)
            guard let participantID else { throw StudyError.unknownReturnCode }
            return try await Self.open(for: participantID, in: connection)
        }
    }

    static func open(for participantID: UUID, in connection: Connection) async throws -> Secret {
        let secret = Secret()
        try await connection.execute(
            """
            INSERT INTO sessions (hash, participant_id, expires_at)
            VALUES (\(Data(secret.hash)), \(participantID), now() + make_interval(days => \(Int32(lifetimeDays))))
            """)
        return secret
    }
}
