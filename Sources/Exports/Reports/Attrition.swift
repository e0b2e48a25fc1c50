// How far people came, and where their part ended.

import Postgres

/// Everybody who gave consent is counted here, whatever the inclusion rule says, but those who had their answers deleted.
public struct Attrition: Codable, Sendable, Equatable {
    /// People who came at least so far.
    public struct Step: Codable, Sendable, Equatable {
        /// `consent`, `instructions` (read), `lobby`, `group`, `opinion` (in some round), `rating` (of some statement),
        /// `rounds` (stayed to the end of a finished group) or `done` (read the debriefing).
        public let step: String
        public let reached: Int
    }

    /// People whose part ended before its end, in one phase and for one reason.
    public struct Loss: Codable, Sendable, Equatable {
        /// A round's phase (`opinions`, `review`, `opinion-ratings`, `drafting`, `ratings`), `group` (until the group itself ended), or
        /// before there was a group: `instructions` (surveys included), `comprehension`, `lobby`.
        public let phase: String
        public let reason: String
        public let lost: Int
    }

    public let steps: [Step]
    public let losses: [Loss]

    static func read(_ scope: ReportScope, in connection: Connection) async throws -> Attrition {
        let steps = try await connection.query(
            """
            SELECT count(*), count(p.instructed_at), count(p.lobby_entered_at), count(m.participant_id),
                   count(wrote.participant_id), count(rated.participant_id),
                   count(*) FILTER (WHERE g.state = 'finished' AND m.left_at IS NULL),
                   count(*) FILTER (WHERE p.stage = 'done')
            FROM participants p LEFT JOIN members m ON m.participant_id = p.id LEFT JOIN groups g ON g.id = m.group_id
                 LEFT JOIN (SELECT DISTINCT o.participant_id FROM groups g JOIN opinions o ON o.group_id = g.id
                            WHERE \(sql: scope.groups)) AS wrote ON wrote.participant_id = p.id
                 LEFT JOIN (SELECT DISTINCT w.participant_id
                            FROM groups g JOIN presentations w ON w.group_id = g.id JOIN ratings a ON a.presentation_id = w.id
                                 JOIN statements s ON s.id = w.statement_id JOIN generations n ON n.id = s.generation_id
                            WHERE \(sql: scope.groups) AND n.source <> 'attention-check') AS rated
                        ON rated.participant_id = p.id
            WHERE \(sql: scope.people)
            """, as: (Int, Int, Int, Int, Int, Int, Int, Int).self)
        let losses = try await connection.rows(
            """
            SELECT CASE WHEN m.participant_id IS NOT NULL THEN coalesce(m.left_phase, 'group')
                        WHEN p.lobby_entered_at IS NOT NULL THEN 'lobby'
                        WHEN p.instructed_at IS NOT NULL THEN 'comprehension' ELSE 'instructions' END AS phase,
                   p.end_reason AS reason, count(*) AS lost
            FROM participants p LEFT JOIN members m ON m.participant_id = p.id
            WHERE \(sql: scope.people) AND p.end_reason IS NOT NULL
            GROUP BY 1, 2 ORDER BY 1, 2
            """, as: Loss.self)
        let phases = [
            "instructions", "comprehension", "lobby", "opinions", "review", "opinion-ratings", "drafting", "ratings", "group",
        ]
        let reached = steps.first.map { [$0.0, $0.1, $0.2, $0.3, $0.4, $0.5, $0.6, $0.7] } ?? []
        let names = ["consent", "instructions", "lobby", "group", "opinion", "rating", "rounds", "done"]
        return Attrition(
            steps: zip(names, reached).map { Step(step: $0, reached: $1) },
            losses: phases.flatMap { phase in losses.filter { $0.phase == phase } })
    }
}
