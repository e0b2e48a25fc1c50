// The tables of a dump: their names, and the SQL that fills each. docs/data-dictionary.md describes every column.

import Foundation
import Postgres

/// One CSV file of a dump.
enum DumpTable: String, CaseIterable {
    case participants, groups, rounds, stances, opinions
    case opinionRatings = "opinion_ratings"
    case statements, ratings
    case surveyAnswers = "survey_answers"
    case comprehensionTries = "comprehension_tries"
    case flags, payments
    case attentionChecks = "attention_checks"
    case participantAttributes = "participant_attributes"
    case answerTimes = "answer_times"
    case extensions

    /// The rows of the table, for the groups and participants of one study. Ids are the database's, so that the files
    /// join; times are ISO 8601 in UTC.
    func query(study: UUID, includingSynthetic: Bool) -> SQL {
        // Groups are all-synthetic or all-real, so one test serves for everything in them.
        let who: SQL = includingSynthetic ? "true" : "NOT g.synthetic"
        let people: SQL = includingSynthetic ? "true" : "NOT p.synthetic"
        switch self {
        case .participants:
            return """
                SELECT p.id AS participant_id, m.group_id, m.seat, p.synthetic, p.stage, p.end_reason, p.language,
                       v.version AS study_version, \(sql: Self.time("p.consented_at")) AS consented_at,
                       \(sql: Self.time("p.instructed_at")) AS instructed_at,
                       \(sql: Self.time("p.lobby_entered_at")) AS lobby_entered_at,
                       \(sql: Self.time("m.left_at")) AS left_at, m.left_phase,
                       \(sql: Self.time("p.debriefed_at")) AS debriefed_at, \(sql: Self.time("p.ended_at")) AS ended_at,
                       CASE WHEN v.settings->'inclusion' IS NOT NULL
                            THEN coalesce(i.included, false)
                                 AND NOT EXISTS (SELECT FROM flags f
                                                 WHERE f.participant_id = p.id
                                                   AND v.settings->'inclusion'->'excluding_flags' ? f.flag) END AS included
                FROM participants p JOIN study_versions v ON v.id = p.study_version_id
                     LEFT JOIN members m ON m.participant_id = p.id
                     LEFT JOIN group_inclusion i ON i.group_id = m.group_id
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY p.consented_at, p.id
                """
        case .groups:
            return """
                SELECT g.id AS group_id, g.allocation, g.arm, g.synthetic, g.size, g.wanted_size, g.minimum, g.seed, g.state,
                       v.version AS study_version, \(sql: Self.time("g.created_at")) AS created_at,
                       \(sql: Self.time("g.finished_at")) AS finished_at, i.rounds AS included_rounds, i.included
                FROM groups g JOIN study_versions v ON v.id = g.study_version_id
                     JOIN group_inclusion i ON i.group_id = g.id
                WHERE g.study_id = \(study) AND \(sql: who) ORDER BY g.created_at, g.id
                """
        case .rounds:
            return """
                SELECT r.id AS round_id, r.group_id, r.number, q.key AS question_id, q.question,
                       q.affirming_statement, q.negating_statement, q.topic, q.split, r.seed, r.conditions, r.phase,
                       \(sql: Self.time("r.started_at")) AS started_at, \(sql: Self.time("r.finished_at")) AS finished_at,
                       i.members AS complete_members, i.answers, i.included
                FROM rounds r JOIN round_inclusion i ON i.round_id = r.id JOIN groups g ON g.id = r.group_id JOIN questions q ON q.id = r.question_id
                WHERE g.study_id = \(study) AND \(sql: who) ORDER BY g.created_at, g.id, r.number
                """
        case .stances:
            return """
                SELECT s.round_id, s.participant_id, s.affirming, s.negating,
                       \(sql: Self.time("s.submitted_at")) AS submitted_at
                FROM stances s JOIN groups g ON g.id = s.group_id
                WHERE g.study_id = \(study) AND \(sql: who) ORDER BY s.submitted_at, s.round_id, s.participant_id
                """
        case .opinions:
            return """
                SELECT o.id AS opinion_id, o.round_id, o.participant_id, o.text,
                       \(sql: Self.time("o.submitted_at")) AS submitted_at
                FROM visible_opinions o JOIN groups g ON g.id = o.group_id
                WHERE g.study_id = \(study) AND \(sql: who) ORDER BY o.submitted_at, o.id
                """
        case .opinionRatings:
            return """
                SELECT r.opinion_id, r.participant_id, r.round_id, r.agreement, r.quality, r.position,
                       \(sql: Self.time("r.shown_at")) AS shown_at, \(sql: Self.time("r.submitted_at")) AS submitted_at
                FROM opinion_ratings r JOIN groups g ON g.id = r.group_id
                WHERE g.study_id = \(study) AND \(sql: who) AND r.submitted_at IS NOT NULL
                ORDER BY r.submitted_at, r.id
                """
        case .statements:
            return """
                SELECT s.id AS statement_id, s.round_id, n.condition, n.source, s.number, s.text, s.malformed,
                       s.author_id AS author_participant_id, n.model_sha256, n.prompt_template, n.prompt_version,
                       n.alpha, n.seed, n.included_participant_ids, n.excluded_participant_ids,
                       \(sql: Self.time("s.created_at")) AS created_at
                FROM visible_statements s JOIN generations n ON n.id = s.generation_id
                     JOIN rounds r ON r.id = s.round_id JOIN groups g ON g.id = r.group_id
                WHERE g.study_id = \(study) AND \(sql: who) AND n.source <> 'attention-check'
                ORDER BY s.created_at, n.position, s.number, s.id
                """
        case .ratings:
            return """
                SELECT p.statement_id, p.participant_id, p.round_id, n.condition, a.agreement, a.quality,
                       CASE WHEN p.participant_id = ANY(n.excluded_participant_ids) THEN 'excluded'
                            WHEN p.participant_id = ANY(n.included_participant_ids) THEN 'included'
                            ELSE 'no_opinion' END AS inclusion,
                       p.position, \(sql: Self.time("p.shown_at")) AS shown_at,
                       \(sql: Self.time("a.submitted_at")) AS submitted_at
                FROM ratings a JOIN presentations p ON p.id = a.presentation_id
                     JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                     JOIN groups g ON g.id = p.group_id
                WHERE g.study_id = \(study) AND \(sql: who) AND n.source <> 'attention-check'
                ORDER BY a.submitted_at, p.id
                """
        case .surveyAnswers:
            // A JSON text without its quotes; a list of options as JSON.
            return """
                SELECT s.participant_id, s.survey, s.round_id, a.key AS question,
                       CASE jsonb_typeof(a.value) WHEN 'string' THEN a.value #>> '{}' ELSE a.value::text END AS answer,
                       \(sql: Self.time("s.submitted_at")) AS submitted_at
                FROM survey_responses s JOIN participants p ON p.id = s.participant_id
                     CROSS JOIN jsonb_each(s.answers) AS a (key, value)
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY s.submitted_at, s.id, a.key
                """
        case .payments:
            return """
                SELECT y.participant_id, y.kind, y.amount, y.currency, y.reason, \(sql: Self.time("y.created_at")) AS created_at
                FROM payments y JOIN participants p ON p.id = y.participant_id
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY y.created_at, y.id
                """
        case .flags:
            return """
                SELECT f.participant_id, f.round_id, w.statement_id, f.flag, f.value,
                       \(sql: Self.time("f.created_at")) AS created_at
                FROM flags f JOIN participants p ON p.id = f.participant_id
                     LEFT JOIN presentations w ON w.id = f.presentation_id
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY f.created_at, f.id
                """
        case .attentionChecks:
            return """
                SELECT p.statement_id, p.participant_id, p.round_id, s.text, a.agreement, a.quality,
                       a.agreement = (n.settings->>'agreement')::int
                       AND a.quality = coalesce((n.settings->>'quality')::int, a.quality) AS passed,
                       p.position, \(sql: Self.time("p.shown_at")) AS shown_at,
                       \(sql: Self.time("a.submitted_at")) AS submitted_at
                FROM ratings a JOIN presentations p ON p.id = a.presentation_id
                     JOIN statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                     JOIN groups g ON g.id = p.group_id
                WHERE g.study_id = \(study) AND \(sql: who) AND n.source = 'attention-check'
                ORDER BY a.submitted_at, p.id
                """
        case .participantAttributes:
            return """
                SELECT p.id AS participant_id, a.key AS attribute, a.value
                FROM participants p CROSS JOIN jsonb_each_text(p.attributes) AS a (key, value)
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY p.consented_at, p.id, a.key
                """
        case .answerTimes:
            return """
                SELECT t.participant_id, t.step, t.round_id, w.statement_id, o.opinion_id,
                       sum(t.milliseconds) / 1000.0 AS visible_seconds, count(*) AS stretches, \(sql: Self.time("min(t.first_at)")) AS first_at,
                       \(sql: Self.time("max(t.last_at)")) AS last_at
                FROM visible_stretches t JOIN participants p ON p.id = t.participant_id
                     LEFT JOIN presentations w ON w.id = t.presentation_id
                     LEFT JOIN opinion_ratings o ON o.id = t.opinion_rating_id
                WHERE p.study_id = \(study) AND \(sql: people)
                GROUP BY t.participant_id, t.step, t.round_id, w.statement_id, o.opinion_id
                ORDER BY min(t.first_at), t.participant_id, t.step
                """
        case .extensions:
            return """
                SELECT e.participant_id, e.stage, e.round_id, e.phase, e.number, e.minutes,
                       \(sql: Self.time("e.created_at")) AS created_at
                FROM extensions e JOIN participants p ON p.id = e.participant_id
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY e.created_at, e.id
                """
        case .comprehensionTries:
            return """
                SELECT t.participant_id, t.number, a.key AS question, a.value #>> '{}' AS answer,
                       a.key = ANY(t.wrong) AS wrong, \(sql: Self.time("t.submitted_at")) AS submitted_at
                FROM comprehension_tries t JOIN participants p ON p.id = t.participant_id
                     CROSS JOIN jsonb_each(t.answers) AS a (key, value)
                WHERE p.study_id = \(study) AND \(sql: people) ORDER BY t.submitted_at, t.participant_id, a.key
                """
        }
    }

    private static func time(_ column: SQL) -> SQL {
        "to_char(\(sql: column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
    }
}
