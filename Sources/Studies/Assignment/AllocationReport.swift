// How a study's groups and rounds were allocated, and what became of them.

import Foundation
import Postgres

/// Counts per arm and per condition: allocated, started, finished.
public struct AllocationReport: Codable, Sendable, Equatable {
    public struct Line: Codable, Sendable, Equatable {
        /// The arm's or condition's name; nil for a study without arms.
        public let name: String?
        /// Groups formed, or rounds that the condition was drawn for.
        public let allocated: Int
        /// Groups whose first round has begun, or rounds in which statements were ordered.
        public let started: Int
        /// Groups that went through all rounds, or rounds in which the condition's statement was made and rated.
        public let finished: Int
    }

    /// By groups.
    public let arms: [Line]
    /// By rounds.
    public let conditions: [Line]

    /// Counts the groups of real people, or those of simulated ones, of the study.
    public static func read(
        of studyID: UUID, synthetic: Bool, in session: some PostgresSession
    ) async throws -> AllocationReport {
        try await read(of: [studyID], synthetic: [synthetic], in: session)
    }

    /// Counts the groups of the studies together: those of real people where `synthetic` has false, of simulated ones where it has true.
    public static func read(
        of studyIDs: [UUID], synthetic: [Bool], in session: some PostgresSession
    ) async throws -> AllocationReport {
        let arms = try await session.rows(
            """
            SELECT g.arm AS name, count(*) AS allocated,
                   count(*) FILTER (WHERE EXISTS (SELECT FROM rounds r WHERE r.group_id = g.id
                                                                         AND r.started_at IS NOT NULL)) AS started,
                   count(*) FILTER (WHERE g.state = 'finished') AS finished
            FROM groups g WHERE g.study_id = ANY(\(studyIDs)::uuid[]) AND g.synthetic = ANY(\(synthetic)::bool[])
            GROUP BY g.arm ORDER BY g.arm
            """, as: Line.self)
        let conditions = try await session.rows(
            """
            SELECT condition.name, count(*) AS allocated,
                   count(n.id) FILTER (WHERE n.state <> 'skipped') AS started,
                   count(n.id) FILTER (WHERE n.state = 'finished' AND r.phase = 'finished') AS finished
            FROM groups g JOIN rounds r ON r.group_id = g.id
                 CROSS JOIN unnest(r.conditions) AS condition (name)
                 LEFT JOIN generations n ON n.round_id = r.id AND n.condition = condition.name
            WHERE g.study_id = ANY(\(studyIDs)::uuid[]) AND g.synthetic = ANY(\(synthetic)::bool[])
            GROUP BY condition.name ORDER BY condition.name
            """, as: Line.self)
        return AllocationReport(arms: arms, conditions: conditions)
    }
}
