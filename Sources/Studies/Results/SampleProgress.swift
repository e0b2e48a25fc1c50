// How far a study is on its way to the sample that it wants.

import Foundation
import Postgres

/// People and groups, those that are wanted beside those that there are.
public struct SampleProgress: Codable, Sendable, Equatable {
    /// People who gave consent.
    public let participants: Int
    /// People whose part is done.
    public let finishedParticipants: Int
    /// Nil where the study wants as many as come.
    public let wantedParticipants: Int?
    /// Groups that are under way or finished.
    public let groups: Int
    public let finishedGroups: Int
    /// Nil where the study wants as many as come.
    public let wantedGroups: Int?

    /// Counts real people, or simulated ones too where `synthetic`.
    public static func read(
        of study: Study, synthetic: Bool, in session: some PostgresSession
    ) async throws -> SampleProgress {
        let counts = try await session.first(
            """
            SELECT (SELECT count(*) FROM participants p WHERE p.study_id = \(study.id) AND (NOT p.synthetic OR \(synthetic))),
                   (SELECT count(*) FROM participants p WHERE p.study_id = \(study.id) AND (NOT p.synthetic OR \(synthetic))
                                                          AND p.stage = 'done'),
                   (SELECT count(*) FROM groups g WHERE g.study_id = \(study.id) AND (NOT g.synthetic OR \(synthetic))
                                                    AND g.state <> 'released'),
                   (SELECT count(*) FROM groups g WHERE g.study_id = \(study.id) AND (NOT g.synthetic OR \(synthetic))
                                                    AND g.state = 'finished')
            """, as: (Int, Int, Int, Int).self) ?? (0, 0, 0, 0)
        return SampleProgress(
            participants: counts.0, finishedParticipants: counts.1, wantedParticipants: study.settings.quotas?.participants,
            groups: counts.2, finishedGroups: counts.3, wantedGroups: study.settings.groupsWanted)
    }
}
