// position_statement_ratings: how much a member agreed with the two position statements before they wrote.

import Foundation
import Postgres

extension ComparisonTable {
    static let positionStatementColumns: [ComparisonColumn] = [
        ComparisonColumn(
            "monotonic_timestamp", .integer, ComparisonSQL.microseconds("stance.submitted_at"),
            "when the stance was stored, in microseconds since 1970"),
        ComparisonColumn("round_id", .string, "r.id", "the round"),
        ComparisonColumn("launch_id", .string, "g.id", "the group"),
        ComparisonColumn("worker_id", .string, "worker.id",
            "the person: as `participants.platform_id` has them, or by their `participant_id` if they came from no platform"),
        ComparisonColumn("question_index", .integer, "r.number - 1", "the round's place in the group's, from 0"),
        ComparisonColumn("rating_index", .integer, "0", "0: before the opinion; nobody is asked again"),
        ComparisonColumn("metadata.id", .string, ComparisonSQL.id("stance", "r.id", "p.id"), "the id of this row, its key"),
        ComparisonColumn("metadata.participant_id", .string, "p.id", "the member"),
        ComparisonColumn("metadata.created", .timestamp, ComparisonSQL.time("stance.submitted_at"), "when the stance was stored"),
        ComparisonColumn("metadata.version", .string, ComparisonSQL.version, "the name that the study file gives its data"),
        ComparisonColumn(
            "metadata.provenance", .string, ComparisonSQL.citizen("g.synthetic"),
            "HUMAN_CITIZEN, or BOT_CITIZEN for a simulated person"),
        ComparisonColumn(
            "metadata.response_duration", .number, stanceSeconds, "seconds from the round's start to the stance"),
        ComparisonColumn("metadata.status", .string, "'COMPLETE'::text", "COMPLETE"),
    ] + ComparisonSQL.question + [
        ComparisonColumn(
            "ratings.agreement", .list(.string), "json_build_array(\(sql: ComparisonSQL.agreement("stance.affirming")))",
            "agreement with the affirming statement, as a list of one"),
        ComparisonColumn(
            "ratings.agreement_negating", .list(.string), "json_build_array(\(sql: ComparisonSQL.agreement("stance.negating")))",
            "agreement with the negating statement, as a list of one"),
        ComparisonColumn(
            "ratings.metadata.id", .list(.string), "json_build_array(\(sql: ComparisonSQL.id("stance", "r.id", "p.id")))",
            "as metadata.id, as a list of one"),
        ComparisonColumn(
            "ratings.metadata.participant_id", .list(.string), "json_build_array(p.id)", "the member, as a list of one"),
        ComparisonColumn(
            "ratings.metadata.created", .list(.timestamp),
            "json_build_array(\(sql: ComparisonSQL.time("stance.submitted_at")))", "as metadata.created, as a list of one"),
        ComparisonColumn("included", .boolean, "counts.included", "as in candidate_comparisons"),
    ]

    private static let stanceSeconds = ComparisonSQL.seconds(from: "r.started_at", to: "stance.submitted_at")

    static func positionStatementRows(_ scope: DumpScope) -> SQL {
        """
        SELECT \(sql: selected(positionStatementColumns))
        FROM groups g JOIN \(sql: ComparisonSQL.versions(scope)) v ON v.id = g.study_version_id
             JOIN rounds r ON r.group_id = g.id JOIN questions q ON q.id = r.question_id
             JOIN members m ON m.group_id = g.id JOIN participants p ON p.id = m.participant_id
             CROSS JOIN LATERAL (SELECT \(sql: scope.worker) AS id) AS worker
             JOIN stances stance ON stance.round_id = r.id AND stance.participant_id = m.participant_id
             LEFT JOIN \(sql: scope.roundInclusion) i ON i.round_id = r.id
             CROSS JOIN LATERAL (
                 SELECT \(sql: ComparisonSQL.isIncluded(scope, round: "i", person: "p.id")) AS included) AS counts
        WHERE \(sql: scope.groups) AND \(sql: scope.isNew(group: "g.id")) AND NOT \(sql: DumpScope.isErased)
        ORDER BY g.created_at, g.id, r.number, m.seat
        """
    }
}
