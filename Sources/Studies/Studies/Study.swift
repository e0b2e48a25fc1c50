// A study as the rest of the house sees it.

import Foundation
import Postgres

/// A study with the settings it runs with: those it was opened with, or the newest while it is a draft.
public struct Study: Sendable {
    public let id: UUID
    public let versionID: UUID
    public let version: Int
    public let state: StudyState
    public let settings: StudySettings
    /// Whether it is a copy for looking at, or trying out, which only simulated people take part in.
    public var isCopy = false

    /// Whether people are let in by how many there are, and so one after another.
    var countsPlaces: Bool {
        settings.quotas?.participants != nil || settings.quotas?.answers != nil || settings.payment?.budget != nil
    }

    /// Whether there is no place for another person: as many as the study wants are in it or have finished, or its
    /// groups are complete. Places of people whose part ends
    /// otherwise are free at once, also while they are debriefed.
    public func isFull(in session: some PostgresSession) async throws -> Bool {
        let counts = try await session.first(
            """
            SELECT (SELECT count(*) FROM participants p WHERE p.study_id = \(id) AND NOT p.synthetic
                                                          AND (p.end_reason IS NULL OR p.end_reason = 'group-ended')),
                   (SELECT count(*) FROM groups g WHERE g.study_id = \(id) AND NOT g.synthetic
                                                    AND g.state <> 'released')
            """, as: (Int, Int).self)
        guard let counts else { return false }
        return settings.quotas?.participants.map { counts.0 >= $0 } ?? false
            || settings.groupsWanted.map { counts.1 >= $0 } ?? false
    }
}
