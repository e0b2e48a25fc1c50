// How long the phases of a study take.

import Postgres

/// Durations, as quartiles (between neighbours, linearly).
public struct PhaseTimes: Codable, Sendable, Equatable {
    public struct Line: Codable, Sendable, Equatable {
        public let phase: String
        /// How many durations there are.
        public let count: Int
        /// In seconds.
        public let lowerQuartile: Double
        public let median: Double
        public let upperQuartile: Double
    }

    /// Of people: `instructions` (consent to instructions read, surveys included), `lobby` (to the start of the group),
    /// `whole` (consent to the end of a part that is done).
    public let people: [Line]
    /// Of finished rounds: `opinions` (start to the last opinion), `review` (the wait for it, where there was one),
    /// `opinion-ratings` (from the end of these to the last rating of an opinion), `drafting` (from the end of all these to the
    /// last statement), `ratings` (from there to the last rating of one).
    public let rounds: [Line]
    /// How long one page of a kind lay before one person's eyes, as browsers measured it.
    public let visible: [Line]

    static func read(_ scope: ReportScope, in connection: Connection) async throws -> PhaseTimes {
        let people = try await connection.rows(
            """
            SELECT d.phase, \(sql: Self.quartiles("t.seconds"))
            FROM participants p LEFT JOIN members m ON m.participant_id = p.id LEFT JOIN groups g ON g.id = m.group_id
                 CROSS JOIN LATERAL (VALUES
                     (1, 'instructions', p.instructed_at - p.consented_at), (2, 'lobby', g.created_at - p.lobby_entered_at),
                     (3, 'whole', CASE WHEN p.stage = 'done' THEN p.debriefed_at - p.consented_at END)) d (place, phase, time)
                 CROSS JOIN LATERAL (SELECT extract(epoch FROM d.time)::float8 AS seconds) t
            WHERE \(sql: scope.people) AND t.seconds IS NOT NULL
            GROUP BY d.place, d.phase ORDER BY d.place
            """, as: Line.self)
        let rounds = try await connection.rows(
            """
            SELECT d.phase, \(sql: Self.quartiles("t.seconds"))
            FROM rounds r JOIN groups g ON g.id = r.group_id
                 LEFT JOIN (SELECT o.round_id, max(o.submitted_at) AS opinion
                            FROM groups g JOIN opinions o ON o.group_id = g.id WHERE \(sql: scope.groups)
                            GROUP BY 1) o ON o.round_id = r.id
                 LEFT JOIN (SELECT o.round_id, max(o.submitted_at) AS opinion_rating
                            FROM groups g JOIN opinion_ratings o ON o.group_id = g.id WHERE \(sql: scope.groups)
                            GROUP BY 1) w ON w.round_id = r.id
                 LEFT JOIN (SELECT s.round_id, max(s.created_at) AS statement
                            FROM groups g JOIN rounds r ON r.group_id = g.id JOIN statements s ON s.round_id = r.id
                                 JOIN generations n ON n.id = s.generation_id
                            WHERE \(sql: scope.groups) AND n.source <> 'attention-check' GROUP BY 1) s ON s.round_id = r.id
                 LEFT JOIN (SELECT p.round_id, max(a.submitted_at) AS rating
                            FROM groups g JOIN presentations p ON p.group_id = g.id JOIN ratings a ON a.presentation_id = p.id
                                 JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                            WHERE \(sql: scope.groups) AND n.source <> 'attention-check' GROUP BY 1) a ON a.round_id = r.id
                 CROSS JOIN LATERAL (VALUES
                     (1, 'opinions', o.opinion - r.started_at), (2, 'review', r.review_ended_at - r.review_started_at),
                     (3, 'opinion-ratings', w.opinion_rating - greatest(o.opinion, r.review_ended_at)),
                     (4, 'drafting', s.statement - greatest(o.opinion, r.review_ended_at, w.opinion_rating)),
                     (5, 'ratings', a.rating - s.statement)) d (place, phase, time)
                 CROSS JOIN LATERAL (SELECT extract(epoch FROM d.time)::float8 AS seconds) t
            WHERE \(sql: scope.groups) AND r.phase = 'finished' AND t.seconds IS NOT NULL
            GROUP BY d.place, d.phase ORDER BY d.place
            """, as: Line.self)
        let visible = try await connection.rows(
            """
            SELECT t.step AS phase, \(sql: Self.quartiles("t.seconds"))
            FROM (SELECT v.step, sum(v.milliseconds) / 1000.0::float8 AS seconds
                  FROM visible_stretches v JOIN participants p ON p.id = v.participant_id
                  WHERE \(sql: scope.people)
                  GROUP BY v.participant_id, v.step, v.round_id, v.presentation_id, v.opinion_rating_id) t
            GROUP BY t.step
            ORDER BY array_position(ARRAY['entry', 'instructions', 'comprehension', 'stance', 'opinion', 'rating', 'round',
                                          'exit'], t.step)
            """, as: Line.self)
        return PhaseTimes(people: people, rounds: rounds, visible: visible)
    }

    private static func quartiles(_ seconds: SQL) -> SQL {
        """
        count(*) AS count, percentile_cont(0.25) WITHIN GROUP (ORDER BY \(sql: seconds)) AS lower_quartile,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY \(sql: seconds)) AS median,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY \(sql: seconds)) AS upper_quartile
        """
    }
}
