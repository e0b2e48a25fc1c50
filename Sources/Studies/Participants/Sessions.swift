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

    /// These participants have a page open: a sign of presence, like a request.
    public func noteConnected(_ participantIDs: [UUID]) async throws {
        // A row that somebody moves just now is left alone: moving it needs no sign of presence.
        try await database.execute(
            """
            UPDATE participants SET last_seen_at = now()
            WHERE id IN (SELECT id FROM participants WHERE id = ANY(\(participantIDs)) FOR UPDATE SKIP LOCKED)
            """)
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
