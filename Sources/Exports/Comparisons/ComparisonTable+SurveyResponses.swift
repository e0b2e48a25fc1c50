// survey_responses: what a person answered to one survey.

import Foundation
import Postgres

extension ComparisonTable {
    static let surveyColumns: [ComparisonColumn] = [
        ComparisonColumn(
            "monotonic_timestamp", .integer, ComparisonSQL.microseconds("s.submitted_at"),
            "when the answers were stored, in microseconds since 1970"),
        ComparisonColumn("round_id", .string, "s.round_id", "the round, for a survey after one"),
        ComparisonColumn("launch_id", .string, "m.group_id", "the person's group; missing if they were in none"),
        ComparisonColumn("worker_id", .string, "worker.id",
            "the person: as `participants.platform_id` has them, or by their `participant_id` if they came from no platform"),
        ComparisonColumn("survey", .string, "upper(s.survey)", "ENTRY, ROUND or EXIT"),
        ComparisonColumn("metadata.id", .string, "s.id", "the id of this row, its key"),
        ComparisonColumn("metadata.participant_id", .string, "p.id", "the person"),
        ComparisonColumn("metadata.created", .timestamp, ComparisonSQL.time("s.submitted_at"), "when the answers were stored"),
        ComparisonColumn("metadata.version", .string, ComparisonSQL.version, "the name that the study file gives its data"),
        ComparisonColumn(
            "metadata.provenance", .string, ComparisonSQL.citizen("p.synthetic"),
            "HUMAN_CITIZEN, or BOT_CITIZEN for a simulated person"),
        ComparisonColumn(
            "metadata.response_duration", .number,
            """
            (SELECT round(sum(t.milliseconds) / 1000.0, 3) FROM visible_stretches t
             WHERE t.participant_id = p.id AND t.step = s.survey AND t.round_id IS NOT DISTINCT FROM s.round_id)
            """,
            "seconds in which the survey lay in a visible tab; missing if the browser did not say"),
        ComparisonColumn("metadata.status", .string, "'COMPLETE'::text", "COMPLETE"),
    ] + ComparisonSQL.question + [
        ComparisonColumn("opinion.text", .string, "o.text", "the person's opinion in that round"),
        ComparisonColumn("opinion.may_identify", .string, Identifying.kinds(in: "o.text"), Identifying.meaning(of: "`opinion.text`")),
        ComparisonColumn("opinion.metadata.id", .string, "o.id", "that opinion"),
        ComparisonColumn(
            "opinion.metadata.provenance", .string,
            "CASE WHEN o.id IS NOT NULL THEN \(sql: ComparisonSQL.citizen("p.synthetic")) END", "HUMAN_CITIZEN or BOT_CITIZEN"),
    ] + answers.map { $0.taken(from: "answered") }

    private static let answers: [ComparisonColumn] = [
        ComparisonColumn("responses.question_id", .string, "a.key", "the questions that were answered, by their keys"),
        ComparisonColumn(
            "responses.question_text", .string,
            """
            (SELECT listed->>'text' FROM jsonb_array_elements(v.surveys->s.survey) AS listed
             WHERE listed->>'key' = a.key)
            """,
            "as the study file asks them; missing for the parts of a stance"),
        ComparisonColumn(
            "responses.answer", .string,
            "CASE jsonb_typeof(a.value) WHEN 'string' THEN a.value #>> '{}' ELSE a.value::text END",
            "the option, the number or point of the scale, or the words; several options as a JSON list"),
        ComparisonColumn(
            "responses.may_identify", .string,
            "CASE jsonb_typeof(a.value) WHEN 'string' THEN \(sql: Identifying.kinds(in: "(a.value #>> '{}')")) END",
            Identifying.meaning(of: "`responses.answer`")),
    ].map { $0.aggregated(by: "a.key COLLATE \"C\"") }

    static func surveyRows(_ scope: DumpScope) -> SQL {
        """
        SELECT \(sql: selected(surveyColumns))
        FROM survey_responses s JOIN participants p ON p.id = s.participant_id
             CROSS JOIN LATERAL (SELECT \(sql: scope.worker) AS id) AS worker
             JOIN \(sql: ComparisonSQL.versions(scope)) v ON v.id = p.study_version_id
             LEFT JOIN members m ON m.participant_id = p.id
             LEFT JOIN rounds r ON r.id = s.round_id LEFT JOIN questions q ON q.id = r.question_id
             LEFT JOIN visible_opinions o ON o.round_id = s.round_id AND o.participant_id = p.id
             CROSS JOIN LATERAL (
                 SELECT \(sql: selected(answers)) FROM jsonb_each(s.answers) AS a (key, value)) AS answered
        WHERE \(sql: scope.people) AND \(sql: scope.isNew(person: "p.id"))
        ORDER BY s.submitted_at, s.id
        """
    }
}
