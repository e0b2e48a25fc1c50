// participants_wide: everything about a person in one row.

import Postgres

extension DumpTable {
    static let participantsWide = DumpTable(
        name: "participants_wide",
        meaning: "One row per person, for a first look and for tools that want one: the other tables have all of it in detail.",
        columns: [
            .id("participant_id", "the person").required,
            .id("group_id", "their group; empty if they were in none"),
            .text("arm", "the arm it was assigned to"),
            .flag("synthetic", "whether it is a simulated person").required,
            .text("stage", "where they are, or were last").required,
            .text("end_reason", "why their part ended before its end"),
            .flag("included", "whether the study's inclusion rule includes them; empty where a study has no rule"),
            .number("minutes", "from consent to the end of their part"),
            .number("visible_minutes", "how long the pages lay in a visible tab"),
            .integer("opinions", "how many they wrote").required,
            .number("opinion_words", "the mean number of words in one"),
            .integer("ratings", "how many statements they rated").required,
            .number("mean_agreement", "their mean agreement with statements"),
            .number("mean_quality", "and the mean quality they gave them"),
            .number("mean_agreement_received", "other members' mean agreement with their opinions, where those are rated"),
            .integer("attention_checks", "how many they answered").required,
            .integer("attention_checks_passed", "and how many of these as they ask").required,
            .integer("flags", "how many they have").required,
            .number("owed", "what they are owed in all, in the study's currency"),
            Identifying.column(of: "`entry_…`, `round…_survey_…` and `exit_…`"),
            Column.integer("round<round>_affirming", "the stance of each round: agreement with the affirming statement", 1...7)
                .repeated(.perRound),
            Column.integer("round<round>_negating", "and with the negating one", 1...7).repeated(.perRound),
            Column.number("round<round>_agreement", "their mean agreement with the round's statements").repeated(.perRound),
            Column.number("round<round>_quality", "and the mean quality they gave them").repeated(.perRound),
            Column.words("entry_<key>", "the answer to each question of the entry survey").repeated(.perQuestion(survey: "entry")),
            Column.words("round<round>_survey_<key>", "the answer to each question of the survey after each round")
                .repeated(.perQuestion(survey: "round")),
            Column.words("exit_<key>", "the answer to each question of the exit survey").repeated(.perQuestion(survey: "exit")),
        ],
        key: ["participant_id"], references: [.to("participants", "participant_id"), .to("groups", "group_id")]
    ) { scope in
        let numbers = 1...max(scope.shape.rounds, 1)
        let sides = numbers.flatMap { number in
            ["affirming", "negating"].map { (name: "round\(number)_\($0)", number: Int16(number), column: $0) }
        }
        let means = numbers.flatMap { number in
            ["agreement", "quality"].map { (name: "round\(number)_\($0)", number: Int16(number), column: $0) }
        }
        let answers = scope.shape.keys.sorted { $0.key < $1.key }.flatMap { survey, keys in
            keys.flatMap { key -> [(name: String, survey: String, number: Int16, key: String)] in
                guard survey == "round" else { return [(StudyShape.columnName("\(survey)_\(key)"), survey, 0, key)] }
                return numbers.map { (StudyShape.columnName("round\($0)_survey_\(key)"), survey, Int16($0), key) }
            }
        }
        let stances = sides.map {
            "max(s.\(identifier: $0.column)) FILTER (WHERE r.number = \($0.number)) AS \(identifier: $0.name)" as SQL
        }
        let ratings = means.map {
            """
            avg(w.\(identifier: $0.column)) FILTER (WHERE w.number = \($0.number) AND NOT w.is_check)::float8
                AS \(identifier: $0.name)
            """ as SQL
        }
        let surveys = answers.map {
            """
            max(a.answer) FILTER (WHERE s.survey = \($0.survey) AND coalesce(r.number, 0) = \($0.number) AND a.key = \($0.key))
                AS \(identifier: $0.name)
            """ as SQL
        }
        let columns = sides.map { "stances.\(identifier: $0.name)" as SQL }
            + means.map { "rated.\(identifier: $0.name)" as SQL } + answers.map { "surveys.\(identifier: $0.name)" as SQL }
        return """
            WITH people AS (SELECT p.id, m.group_id, p.synthetic, p.stage, p.end_reason, p.consented_at,
                                   coalesce(p.ended_at, p.debriefed_at) AS over_at, v.settings
                            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
                                 LEFT JOIN members m ON m.participant_id = p.id
                            WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))),
                 given AS (SELECT w.participant_id, r.number, a.agreement, a.quality, n.source = 'attention-check' AS is_check,
                                  n.source = 'attention-check' AND a.agreement = (n.settings->>'agreement')::int
                                  AND a.quality = coalesce((n.settings->>'quality')::int, a.quality) AS is_passed
                           FROM ratings a JOIN presentations w ON w.id = a.presentation_id JOIN people p ON p.id = w.participant_id
                                JOIN rounds r ON r.id = w.round_id JOIN statements s ON s.id = w.statement_id
                                JOIN generations n ON n.id = s.generation_id)
            SELECT p.id AS participant_id, p.group_id, g.arm, p.synthetic, p.stage, p.end_reason,
                   CASE WHEN p.settings->'inclusion' IS NOT NULL
                        THEN coalesce(i.included, false)
                             AND NOT EXISTS (SELECT FROM flags f
                                             WHERE f.participant_id = p.id
                                               AND p.settings->'inclusion'->'excluding_flags' ? f.flag) END AS included,
                   (extract(epoch FROM p.over_at - p.consented_at) / 60)::float8 AS minutes, visible.minutes AS visible_minutes,
                   coalesce(written.opinions, 0) AS opinions, written.words AS opinion_words,
                   coalesce(rated.ratings, 0) AS ratings, rated.agreement AS mean_agreement, rated.quality AS mean_quality,
                   received.agreement AS mean_agreement_received, coalesce(rated.checks, 0) AS attention_checks,
                   coalesce(rated.passed, 0) AS attention_checks_passed,
                   (SELECT count(*) FROM flags f WHERE f.participant_id = p.id) AS flags,
                   paid.owed, surveys.may_identify, \(sql: columns.joined())
            FROM people p LEFT JOIN groups g ON g.id = p.group_id LEFT JOIN \(sql: scope.groupInclusion) i ON i.group_id = p.group_id
                 LEFT JOIN (SELECT y.participant_id, sum(y.amount) AS owed
                            FROM payments y JOIN people p ON p.id = y.participant_id GROUP BY 1) AS paid
                        ON paid.participant_id = p.id
                 LEFT JOIN (SELECT t.participant_id, sum(t.milliseconds)::float8 / 60000 AS minutes
                            FROM visible_stretches t JOIN people p ON p.id = t.participant_id GROUP BY 1) AS visible
                        ON visible.participant_id = p.id
                 LEFT JOIN (SELECT o.participant_id, count(*) AS opinions,
                                   avg(array_length(regexp_split_to_array(btrim(o.text), '\\s+'), 1))::float8 AS words
                            FROM opinions o JOIN people p ON p.id = o.participant_id GROUP BY 1) AS written
                        ON written.participant_id = p.id
                 LEFT JOIN (SELECT o.participant_id, avg(a.agreement)::float8 AS agreement
                            FROM opinion_ratings a JOIN opinions o ON o.id = a.opinion_id JOIN people p ON p.id = o.participant_id
                            WHERE a.submitted_at IS NOT NULL GROUP BY 1) AS received
                        ON received.participant_id = p.id
                 LEFT JOIN (SELECT s.participant_id, \(sql: stances.joined())
                            FROM stances s JOIN rounds r ON r.id = s.round_id JOIN people p ON p.id = s.participant_id
                            GROUP BY 1) AS stances
                        ON stances.participant_id = p.id
                 LEFT JOIN (SELECT w.participant_id, count(*) FILTER (WHERE NOT w.is_check) AS ratings,
                                   count(*) FILTER (WHERE w.is_check) AS checks, count(*) FILTER (WHERE w.is_passed) AS passed,
                                   avg(w.agreement) FILTER (WHERE NOT w.is_check)::float8 AS agreement,
                                   avg(w.quality) FILTER (WHERE NOT w.is_check)::float8 AS quality, \(sql: ratings.joined())
                            FROM given w GROUP BY 1) AS rated
                        ON rated.participant_id = p.id
                 LEFT JOIN (SELECT s.*, \(sql: Identifying.kinds(in: "s.words")) AS may_identify
                            FROM (SELECT s.participant_id, string_agg(a.answer, E'\\n') FILTER (WHERE a.is_text) AS words,
                                         \(sql: (surveys + ["count(*) AS answers"]).joined())
                                  FROM survey_responses s JOIN people p ON p.id = s.participant_id
                                       LEFT JOIN rounds r ON r.id = s.round_id
                                       CROSS JOIN LATERAL (SELECT j.key, jsonb_typeof(j.value) = 'string' AS is_text,
                                                                  CASE jsonb_typeof(j.value) WHEN 'string' THEN j.value #>> '{}'
                                                                       ELSE j.value::text END AS answer
                                                           FROM jsonb_each(s.answers) AS j (key, value)) AS a
                                  GROUP BY 1) AS s) AS surveys
                        ON surveys.participant_id = p.id
            """
    }
}
