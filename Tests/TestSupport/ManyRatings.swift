// A study with more ratings than people could give in a test.

import Postgres

/// Groups with finished rounds, made by SQL.
public enum ManyRatings {
    /// Adds groups of four to the study `name`, each with two finished rounds of five statements that every member rated: forty
    /// ratings per group.
    /// - Parameter ratings: how many; a multiple of 40.
    public static func insert(_ ratings: Int, study name: String, into database: Database) async throws {
        let groups = ratings / 40
        try await database.transaction { connection in
            try await connection.execute(
                """
                CREATE TEMPORARY TABLE wanted ON COMMIT DROP AS
                SELECT s.id AS study_id, v.id AS version_id, v.question_set_version_id,
                       (SELECT coalesce(max(allocation) + 1, 0) FROM groups g WHERE g.study_version_id = v.id) AS first
                FROM studies s JOIN study_versions v ON v.id = s.running_version_id WHERE s.name = \(name)
                """)
            try await connection.execute(
                """
                INSERT INTO groups (study_id, study_version_id, synthetic, size, wanted_size, minimum, seed, state, finished_at,
                                    allocation)
                SELECT w.study_id, w.version_id, false, 4, 4, 3, n, 'finished', now(), w.first + n - 1
                FROM wanted w CROSS JOIN generate_series(1, \(groups)::int) AS n
                """)
            try await connection.execute(
                """
                WITH people AS (
                    INSERT INTO participants (study_id, study_version_id, stage, debriefed_at, ended_at)
                    SELECT w.study_id, w.version_id, 'done', now(), now() FROM wanted w CROSS JOIN generate_series(1, \(groups * 4)::int)
                    RETURNING id
                ), numbered AS (SELECT id, row_number() OVER () - 1 AS n FROM people),
                places AS (
                    SELECT g.id, row_number() OVER (ORDER BY g.allocation) - 1 AS n
                    FROM groups g JOIN wanted w ON w.version_id = g.study_version_id WHERE g.allocation >= w.first
                )
                INSERT INTO members (group_id, group_size, participant_id, seat)
                SELECT g.id, 4, p.id, p.n % 4 + 1 FROM places g JOIN numbered p ON p.n / 4 = g.n
                """)
            try await connection.execute(
                """
                INSERT INTO rounds (group_id, number, question_id, seed, phase, started_at, finished_at, conditions)
                SELECT g.id, q.number, q.id, 1, 'finished', now(), now(), '{many}'
                FROM groups g JOIN wanted w ON w.version_id = g.study_version_id AND g.allocation >= w.first
                     CROSS JOIN LATERAL (SELECT q.id, row_number() OVER (ORDER BY q.position) AS number FROM questions q
                                         WHERE q.question_set_version_id = w.question_set_version_id AND q.split = 'train'
                                         ORDER BY q.position LIMIT 2) AS q
                """)
            let rounds: SQL = """
                rounds r JOIN groups g ON g.id = r.group_id
                         JOIN wanted w ON w.version_id = g.study_version_id AND g.allocation >= w.first
                """
            for table in ["stances", "opinions"] {
                let (column, values) = table == "stances"
                    ? ("affirming, negating", "m.seat, 8 - m.seat") : ("text", "'What member ' || m.seat || ' thinks of it, at some length'")
                try await connection.execute(
                    """
                    INSERT INTO \(identifier: table) (round_id, group_id, participant_id, \(sql: SQL(verbatim: column)))
                    SELECT r.id, r.group_id, m.participant_id, \(sql: SQL(verbatim: values))
                    FROM \(sql: rounds) JOIN members m ON m.group_id = r.group_id
                    """)
            }
            try await connection.execute(
                """
                INSERT INTO generations (round_id, position, condition, source, settings, included_participant_ids,
                                         excluded_participant_ids, seed, state, finished_at)
                SELECT r.id, 1, 'many', 'model', '{}',
                       ARRAY(SELECT participant_id FROM members m WHERE m.group_id = r.group_id ORDER BY seat), '{}', 1, 'finished', now()
                FROM \(sql: rounds)
                """)
            try await connection.execute(
                """
                INSERT INTO statements (generation_id, round_id, number, text)
                SELECT n.id, r.id, k, 'Statement ' || k || ' says that there is much to be said for it, and for its opposite.'
                FROM \(sql: rounds) JOIN generations n ON n.round_id = r.id CROSS JOIN generate_series(1, 5) AS k
                """)
            try await connection.execute(
                """
                INSERT INTO presentations (statement_id, round_id, group_id, participant_id, position, shown_at)
                SELECT s.id, r.id, r.group_id, m.participant_id, s.number, now()
                FROM \(sql: rounds) JOIN statements s ON s.round_id = r.id JOIN members m ON m.group_id = r.group_id
                """)
            try await connection.execute(
                """
                INSERT INTO ratings (presentation_id, agreement, quality, submitted_at)
                SELECT p.id, 1 + (p.position + m.seat) % 7, 1 + (p.position * m.seat) % 7,
                       now() + make_interval(secs => (g.allocation * 40 + p.position * 4 + m.seat) / 1000.0)
                FROM \(sql: rounds) JOIN presentations p ON p.round_id = r.id
                     JOIN members m ON m.participant_id = p.participant_id
                """)
        }
        try await database.execute("ANALYZE")
    }
}
