// Who took part, and what they gave.

import Postgres

/// People, groups, rounds and ratings, counted.
public struct SampleCounts: Codable, Sendable, Equatable {
    public struct LeftOut: Codable, Sendable, Equatable {
        /// `attention-check`, `malformed`, `own-words` or `inclusion-rule`: the first that holds.
        public let reason: String
        public let ratingsLeftOut: Int
    }

    /// People who gave consent, and have not had their answers deleted: these are in no number but the next.
    public let participants: Int
    /// People who had their answers deleted.
    public let withdrawn: Int
    /// People who were in a group.
    public let members: Int
    /// People whose part is done, in whatever group.
    public let finishedParticipants: Int
    public let groups: Int
    public let finishedGroups: Int
    public let releasedGroups: Int
    /// Groups that count by the inclusion rule; all where the study has none.
    public let includedGroups: Int
    /// Rounds that began.
    public let rounds: Int
    public let finishedRounds: Int
    /// Rounds that count by the inclusion rule, in groups that count; all that began where the study has none.
    public let includedRounds: Int
    /// Statements with a rating that counts.
    public let statements: Int
    /// Ratings that count.
    public let ratings: Int
    public let leftOut: [LeftOut]

    static func read(
        _ scope: ReportScope, _ ratings: CountedRatings, in connection: Connection
    ) async throws -> SampleCounts {
        let people = try await connection.first(
            """
            SELECT count(*), count(m.participant_id), count(*) FILTER (WHERE p.stage = 'done')
            FROM participants p LEFT JOIN members m ON m.participant_id = p.id WHERE \(sql: scope.people)
            """, as: (Int, Int, Int).self) ?? (0, 0, 0)
        let withdrawn = try await connection.first(
            "SELECT count(*) FROM participants p WHERE \(sql: scope.consented) AND \(sql: DumpScope.isErased)", as: Int.self)
        let groups = try await connection.first(
            """
            SELECT count(*), count(*) FILTER (WHERE g.state = 'finished'), count(*) FILTER (WHERE g.state = 'released')
            FROM groups g WHERE \(sql: scope.groups)
            """, as: (Int, Int, Int).self) ?? (0, 0, 0)
        let included = scope.hasRule
            ? try await connection.first(
                """
                SELECT count(*) FROM groups g JOIN \(sql: scope.groupInclusion) i ON i.group_id = g.id
                WHERE \(sql: scope.groups) AND coalesce(i.included, true)
                """, as: Int.self) ?? 0 : groups.0
        let rounds = try await connection.first(
            """
            SELECT count(*), count(*) FILTER (WHERE r.phase = 'finished'), count(*) FILTER (WHERE t.included)
            FROM rounds r JOIN report_rounds t ON t.round_id = r.id WHERE r.started_at IS NOT NULL
            """, as: (Int, Int, Int).self) ?? (0, 0, 0)
        let statements = try await connection.first("SELECT count(*) FROM report_statements", as: Int.self) ?? 0
        return SampleCounts(
            participants: people.0, withdrawn: withdrawn ?? 0, members: people.1, finishedParticipants: people.2, groups: groups.0,
            finishedGroups: groups.1, releasedGroups: groups.2, includedGroups: included, rounds: rounds.0,
            finishedRounds: rounds.1, includedRounds: rounds.2, statements: statements, ratings: ratings.counted,
            leftOut: ratings.leftOut.map { LeftOut(reason: $0.reason, ratingsLeftOut: $0.ratings) })
    }
}
