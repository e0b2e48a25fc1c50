// The one way out of a study before its end.

import Foundation
import Postgres

/// Ends participants' parts.
enum Ending {
    /// Ends the part of a participant who is in the study, and takes them out of their group. Whoever has seen a
    /// statement, and is still there, is debriefed first; for the others the last page has the debriefing. The caller
    /// holds the row of the group's round, if there is one, and moves the round on.
    static func end(_ participantID: UUID, because reason: EndReason, in connection: Connection) async throws {
        let isDebriefed =
            switch reason {
            case .timedOut, .waitedInVain, .overQuota: false
            case .groupEnded, .stoppedKeep, .stoppedDelete: true
            }
        try await connection.execute(
            """
            UPDATE members m
            SET left_at = now(),
                left_phase = coalesce(m.away_phase, (SELECT r.phase FROM rounds r
                                                     WHERE r.group_id = m.group_id
                                                       AND r.phase IN ('opinions', 'drafting', 'ratings')))
            WHERE m.participant_id = \(participantID) AND m.left_at IS NULL
              AND \(reason != .groupEnded)
            """)
        try await connection.execute(
            """
            UPDATE participants p
            SET stage = CASE WHEN seen.any AND \(isDebriefed) THEN 'debriefing' ELSE 'ended' END,
                end_reason = \(reason.rawValue), stage_entered_at = now(),
                stage_deadline_at = CASE WHEN seen.any AND \(isDebriefed)
                                         THEN now() + \(sql: StudySettings.TimeLimits.debriefing(of: "v.settings")) END,
                ended_at = CASE WHEN seen.any AND \(isDebriefed) THEN NULL ELSE now() END
            FROM study_versions v,
                 (SELECT EXISTS (SELECT FROM presentations WHERE participant_id = \(participantID)
                                                             AND shown_at IS NOT NULL) AS any) seen
            WHERE p.id = \(participantID) AND v.id = p.study_version_id
              AND p.stage IN ('instructions', 'lobby', 'group')
            """)
        try await Changes.announce([participantID], in: connection)
    }
}
