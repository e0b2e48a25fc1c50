// Carries participants along their path: the effects of ParticipantPath.

import Foundation
import Postgres

/// Moves participants from stage to stage. The caller holds what has to be locked before a participant's row: the
/// study's where the lobby is concerned, the round's where a group is.
enum Passage {
    /// Locks the participant's row and does what `event` does to them.
    /// - Returns: where they are now, or nil when the event changed nothing.
    @discardableResult
    static func take(
        _ participantID: UUID, on event: ParticipantEvent, in connection: Connection
    ) async throws -> ParticipantPath.Place? {
        let row = try await connection.first(
            """
            SELECT p.stage, p.end_reason, v.settings,
                   EXISTS (SELECT FROM presentations s WHERE s.participant_id = p.id AND s.shown_at IS NOT NULL)
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.id = \(participantID) FOR UPDATE OF p
            """, as: (String, String?, JSONB<StudySettings>, Bool).self)
        guard let row, let stage = Participant.Stage(rawValue: row.0) else { throw StudyError.noSession }
        let settings = row.2.value
        let place = ParticipantPath.Place(stage, row.1.flatMap(EndReason.init(rawValue:)))
        guard let next = ParticipantPath(settings).next(from: place, on: event, hasSeenStatement: row.3) else { return nil }
        let isOver = next.stage == .done || next.stage == .ended
        // One limit holds from the consent to the lobby, and for the whole of one stage.
        let keepsDeadline = next.stage == stage || (isBeforeLobby(stage) && isBeforeLobby(next.stage))
        try await connection.execute(
            """
            UPDATE participants
            SET stage = \(next.stage.rawValue), end_reason = \(next.endReason?.rawValue), stage_entered_at = now(),
                stage_deadline_at = CASE
                    WHEN \(keepsDeadline) THEN stage_deadline_at
                    ELSE now() + make_interval(secs => \(limit(of: next.stage, settings).map { $0 * 60 })::float8) END,
                instructed_at = CASE WHEN \(event == .instructed) THEN now() ELSE instructed_at END,
                debriefed_at = CASE WHEN \(event == .debriefed) THEN now() ELSE debriefed_at END,
                ended_at = CASE WHEN \(isOver) THEN now() END
            WHERE id = \(participantID)
            """)
        // What was typed and never sent is nobody's answer.
        if next.stage == .debriefing || isOver { try await Drafts.delete(of: participantID, in: connection) }
        if isOver { try await Payments.settle(participantID, endedBecause: next.endReason, settings, in: connection) }
        if next.stage == .lobby {
            try await connection.execute(
                """
                UPDATE participants SET lobby_entered_at = now(), last_seen_at = now(), confirmed_at = now()
                WHERE id = \(participantID)
                """)
        }
        try await Changes.announce([participantID], in: connection)
        return next
    }

    private static func isBeforeLobby(_ stage: Participant.Stage) -> Bool {
        switch stage {
        case .entry, .instructions, .comprehension: true
        case .lobby, .group, .exit, .debriefing, .done, .ended: false
        }
    }

    /// How long a stage may last, in minutes; nil where its rounds have deadlines of their own, or where it is the last.
    static func limit(of stage: Participant.Stage, _ settings: StudySettings) -> Double? {
        let limits = settings.timeLimits
        return switch stage {
        case .entry, .instructions, .comprehension: limits.instructionsMinutes ?? 30
        case .lobby: limits.lobbyMinutes
        case .exit, .debriefing: limits.debriefingMinutes ?? 60
        case .group, .done, .ended: nil
        }
    }
}
