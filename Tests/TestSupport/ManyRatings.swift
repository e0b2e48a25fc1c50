// A study with more ratings than people could give in a test.

import Postgres

/// Groups with finished rounds, made by SQL.
public enum ManyRatings {
    /// The study file of `words` for such groups: with an inclusion rule, and pay.
    public static let yaml = TestStudy.yaml(
        rounds: 2, conditions: "- {name: many, source: model, prompt: zero-shot, statements: 5, candidates: 6}")
        + "\npayment: {currency: EUR, base: 3}"
        + "\ninclusion: {members: 3, rounds: 1, answers: 10, excluding_flags: [pasted]}"

    /// Adds groups of four to the study `name`, each with two finished rounds of five statements that every member rated: forty
    /// ratings per group. Each statement is one of six candidates with predicted agreements; everybody is owed their pay, and
    /// one person in forty has a flag.
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
                ), paid AS (
                    INSERT INTO payments (participant_id, kind, amount, currency, reason)
                    SELECT id, 'base', 3, 'EUR', 'done' FROM people
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
                INSERT INTO flags (participant_id, round_id, flag, value)
                SELECT m.participant_id, r.id, 'pasted', 0.5 FROM \(sql: rounds) JOIN members m ON m.group_id = r.group_id
                WHERE g.allocation % 10 = 0 AND m.seat = 1 AND r.number = 1
                """)
            try await connection.execute(
                """
                INSERT INTO models (name, version, kind, file, sha256) VALUES ('many', 1, 'reward', '/many.gguf', 'many')
                ON CONFLICT DO NOTHING
                """)
            try await connection.execute(
                """
                INSERT INTO generations (round_id, position, condition, source, settings, included_participant_ids,
                                         excluded_participant_ids, seed, state, finished_at, prompt_text, preference_model_id, alpha)
                SELECT r.id, 1, 'many', 'model', '{"select": "welfare"}', wrote.people, '{}', 1, 'finished', now(),
                       'Some people were asked what they think.' || E'\\n' || wrote.words || E'\\nThey all agree that', k.id, 0
                FROM \(sql: rounds) JOIN models k ON k.name = 'many'
                     JOIN (SELECT o.round_id, array_agg(o.participant_id ORDER BY m.seat) AS people,
                                  string_agg(o.text, E'\\n' ORDER BY m.seat) AS words
                           FROM opinions o JOIN members m ON m.participant_id = o.participant_id
                           GROUP BY 1) AS wrote ON wrote.round_id = r.id
                """)
            let statement: SQL = "'Statement ' || k || ' says that there is much to be said for it, and for its opposite.'"
            try await connection.execute(
                """
                INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish, predictions,
                                        welfare, rank, chosen)
                SELECT n.id, 1, k, k, \(sql: statement), 18, -30, 'end',
                       (SELECT jsonb_object_agg(i.id, 1 + (i.place + k) % 7)
                        FROM unnest(n.included_participant_ids) WITH ORDINALITY AS i (id, place)), 4, k, k <= 5
                FROM \(sql: rounds) JOIN generations n ON n.round_id = r.id CROSS JOIN generate_series(1, 6) AS k
                """)
            try await connection.execute(
                """
                INSERT INTO statements (generation_id, round_id, number, text)
                SELECT n.id, r.id, k, \(sql: statement)
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
