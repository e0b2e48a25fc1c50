// Telling waiting browsers that their state may have changed. The database carries the word between processes.

import Foundation
import Postgres

/// The notification channels on which the ids of participants, and of the studies that they are in, are announced, separated
/// by commas.
public enum Changes {
    public static let channel = "concord_changes"
    public static let studies = "concord_studies"

    /// Announces that the state of these participants may have changed, when the transaction commits.
    static func announce(_ participantIDs: [UUID], in session: some PostgresSession) async throws {
        guard !participantIDs.isEmpty else { return }
        // A payload holds at most 8,000 bytes, some 200 ids.
        for start in stride(from: 0, to: participantIDs.count, by: 200) {
            let ids = participantIDs[start..<min(start + 200, participantIDs.count)]
            let payload = ids.map { $0.uuidString.lowercased() }.joined(separator: ",")
            try await session.notify(channel, payload)
        }
        // Several of one transaction are one.
        try await session.execute(
            """
            SELECT pg_notify(\(studies), string_agg(DISTINCT study_id::text, ',')) FROM participants
            WHERE id = ANY(\(participantIDs)) HAVING count(*) > 0
            """)
    }

    /// Announces a change of what goes on in the study of `roundID`, to those who watch it.
    static func announce(studyOf roundID: UUID, in session: some PostgresSession) async throws {
        try await session.execute(
            """
            SELECT pg_notify(\(studies), g.study_id::text) FROM rounds r JOIN groups g ON g.id = r.group_id WHERE r.id = \(roundID)
            """)
    }

    /// Announces a change to every member of the group of `roundID`.
    static func announce(roundID: UUID, in session: some PostgresSession) async throws {
        let ids = try await session.query(
            """
            SELECT m.participant_id FROM rounds r JOIN members m USING (group_id) WHERE r.id = \(roundID)
            """, as: UUID.self)
        try await announce(ids, in: session)
    }
}
