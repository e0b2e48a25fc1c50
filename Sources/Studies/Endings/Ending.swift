// The one way out of a study before its end.

import Foundation
import Postgres

/// Ends participants' parts.
enum Ending {
    /// Ends the part of a participant who is in the study, and takes them out of their group. Whoever has seen a
    /// statement, and is still there, is debriefed first; for the others the last page has the debriefing. The caller
    /// holds the row of the group's round, if there is one, and moves the round on.
    /// - Returns: whether their part had not ended before.
    @discardableResult
    static func end(_ participantID: UUID, because reason: EndReason, in connection: Connection) async throws -> Bool {
        try await connection.execute(
            """
            UPDATE members m
            SET left_at = now(),
                left_phase = coalesce(m.away_phase, (SELECT r.phase FROM rounds r
                                                     WHERE r.group_id = m.group_id
                                                       AND r.phase = ANY(\(RoundPhase.live))))
            WHERE m.participant_id = \(participantID) AND m.left_at IS NULL AND \(reason != .groupEnded)
              AND EXISTS (SELECT FROM participants p WHERE p.id = m.participant_id AND p.stage = 'group')
            """)
        return try await Passage.take(participantID, on: .ended(reason), in: connection) != nil
    }
}
