// candidate_comparisons: what one member saw, wrote and rated in one round.

import Foundation
import Postgres

extension ComparisonTable {
    static let candidateComparisonColumns: [ComparisonColumn] =
        memberRound + ComparisonSQL.question + ownOpinion + otherOpinions.map { $0.taken(from: "others") }
        + (candidates + ratings + rankings).map { $0.taken(from: "shown") } + [rankingsAreDerived]

    /// Which round, which person.
    private static let memberRound: [ComparisonColumn] = [
        ComparisonColumn(
            "monotonic_timestamp", .integer, ComparisonSQL.microseconds("last.at"),
            "when the member's last answer of the round was stored, in microseconds since 1970"),
        ComparisonColumn("round_id", .string, "r.id", "the round"),
        ComparisonColumn("launch_id", .string, "r.group_id", "the group"),
        ComparisonColumn("worker_id", .string, "m.worker",
            "the person: as `participants.platform_id` has them, or by their `participant_id` if they came from no platform"),
        ComparisonColumn("iteration_id", .string, "r.id", "the round: one has one iteration"),
        ComparisonColumn("iteration_index", .integer, "0", "0: statements are not revised"),
        ComparisonColumn("metadata.id", .string, ComparisonSQL.id("comparison", "r.id", "m.id"), "the id of this row, its key"),
        ComparisonColumn("metadata.participant_id", .string, "m.id", "the member"),
        ComparisonColumn("metadata.created", .timestamp, ComparisonSQL.time("last.at"), "when their last answer was stored"),
        ComparisonColumn(
            "metadata.version", .string, ComparisonSQL.version, "the name that the study file gives its data (data_version)"),
        ComparisonColumn(
            "metadata.provenance", .string, ComparisonSQL.citizen("r.synthetic"),
            "HUMAN_CITIZEN, or BOT_CITIZEN for a simulated person"),
        ComparisonColumn(
            "metadata.response_duration", .number,
            "coalesce(\(sql: opinionSeconds), 0) + coalesce(shown.seconds, 0)",
            "seconds that the opinion and the ratings took together"),
        ComparisonColumn(
            "metadata.status", .string,
            "CASE WHEN o.id IS NOT NULL AND shown.statements > 0 AND shown.rated = shown.statements THEN 'COMPLETE' ELSE 'INCOMPLETE' END",
            "COMPLETE where the member wrote an opinion and rated every statement shown to them, else INCOMPLETE"),
        ComparisonColumn(
            "included", .boolean, "counts.included",
            "whether the study's inclusion rule includes the round, its group and the member; missing where it has none"),
        ComparisonColumn(
            "candidates_may_identify", .string, "found.in_drafts",
            Identifying.meaning(of: "`candidates.text` and `candidates.all_texts`")),
    ]

    private static let opinionSeconds = ComparisonSQL.seconds(
        from: "coalesce(stance.submitted_at, r.started_at)", to: "o.submitted_at")

    private static let ownOpinion: [ComparisonColumn] = [
        ComparisonColumn("own_opinion.text", .string, "coalesce(o.text, '')", "the member's opinion; empty if they wrote none"),
        ComparisonColumn(
            "own_opinion.may_identify", .string, "found.in_opinions->>(o.id::text)", Identifying.meaning(of: "`own_opinion.text`")),
        ComparisonColumn("own_opinion.metadata.id", .string, "o.id", "the opinion"),
        ComparisonColumn(
            "own_opinion.metadata.participant_id", .string, "CASE WHEN o.id IS NOT NULL THEN m.id END", "who wrote it"),
        ComparisonColumn(
            "own_opinion.metadata.provenance", .string,
            "CASE WHEN o.id IS NULL THEN 'MOCK' ELSE \(sql: ComparisonSQL.citizen("r.synthetic")) END",
            "HUMAN_CITIZEN or BOT_CITIZEN; MOCK if they wrote none"),
        ComparisonColumn("own_opinion.metadata.created", .timestamp, ComparisonSQL.time("o.submitted_at"), "when it was stored"),
        ComparisonColumn(
            "own_opinion.metadata.response_duration", .number, opinionSeconds, "seconds from the stance to the opinion"),
        ComparisonColumn(
            "own_opinion.metadata.status", .string, "CASE WHEN o.id IS NULL THEN 'INCOMPLETE' ELSE 'COMPLETE' END",
            "COMPLETE, or INCOMPLETE if there is none"),
    ]

    private static let otherOpinions: [ComparisonColumn] = [
        ComparisonColumn("other_opinions.text", .string, "x.text", "the others' opinions, by seat"),
        ComparisonColumn(
            "other_opinions.may_identify", .string, "found.in_opinions->>(x.id::text)", Identifying.meaning(of: "`other_opinions.text`")),
        ComparisonColumn("other_opinions.metadata.id", .string, "x.id", "the opinions"),
        ComparisonColumn("other_opinions.metadata.participant_id", .string, "x.participant_id", "who wrote them"),
        ComparisonColumn(
            "other_opinions.metadata.provenance", .string, ComparisonSQL.citizen("r.synthetic"), "HUMAN_CITIZEN or BOT_CITIZEN"),
        ComparisonColumn(
            "other_opinions.metadata.created", .timestamp, ComparisonSQL.time("x.submitted_at"), "when they were stored"),
        ComparisonColumn(
            "other_opinions.metadata.response_duration", .number,
            ComparisonSQL.seconds(from: "coalesce(xs.submitted_at, r.started_at)", to: "x.submitted_at"),
            "seconds from the stance to the opinion"),
        ComparisonColumn("other_opinions.metadata.status", .string, "'COMPLETE'::text", "COMPLETE"),
    ].map { $0.aggregated(by: "xm.seat") }

    /// Lists here, and in ratings and rankings, are only those of the scheme: code for it unnests these by name, and another
    /// would stay a whole list beside each candidate.
    private static let candidates: [ComparisonColumn] = [
        ComparisonColumn(
            "candidates.text", .string, "w.text",
            "the statements shown to the member, in their order; empty where somebody whom one quotes had their words deleted, or others "
                + "may not read them"),
        ComparisonColumn("candidates.display_label", .string, "w.position::text", "the statement's place in the member's order"),
        ComparisonColumn("candidates.metadata.id", .string, "w.statement_id", "the statements"),
        ComparisonColumn(
            "candidates.metadata.participant_id", .string, "author.id", "who wrote it, where it is a person's own opinion"),
        ComparisonColumn(
            "candidates.metadata.provenance", .string,
            """
            CASE n.source WHEN 'model' THEN 'MODEL_MEDIATOR' WHEN 'position-statement' THEN 'POSITION_STATEMENT'
                          ELSE \(sql: ComparisonSQL.citizen("r.synthetic")) END
            """,
            "MODEL_MEDIATOR; HUMAN_CITIZEN or BOT_CITIZEN for a person's opinion; POSITION_STATEMENT"),
        ComparisonColumn("candidates.metadata.created", .timestamp, ComparisonSQL.time("w.created_at"), "when it was made"),
        ComparisonColumn(
            "candidates.metadata.status", .string,
            "CASE WHEN w.text = '' THEN 'ERASED' WHEN w.malformed THEN 'MALFORMED' ELSE 'COMPLETE' END",
            "COMPLETE, MALFORMED, or ERASED where the text was deleted, or others may not read it"),
        ComparisonColumn("candidates.metadata.version", .string, ComparisonSQL.version, "as metadata.version"),
        ComparisonColumn(
            "candidates.metadata.response_duration", .number,
            "CASE n.source WHEN 'model' THEN round(n.seconds::numeric, 3) END", "seconds that the model took"),
        ComparisonColumn(
            "candidates.metadata.generative_model.api_version", .string,
            "coalesce(n.settings->>'model', n.model->>'name') || ' sha256:' || n.model_sha256",
            "the model that wrote it, and the SHA-256 of its file"),
        ComparisonColumn(
            "candidates.metadata.generative_model.template_name", .string, "n.prompt_template || '@' || n.prompt_version",
            "its prompt"),
        ComparisonColumn(
            "candidates.metadata.reward_model.api_version", .string,
            "preference.name || '@' || preference.version || ' sha256:' || preference.sha256",
            "the preference model that predicted agreement, and its SHA-256"),
        ComparisonColumn(
            "candidates.metadata.reward_model.template_name", .string,
            "CASE WHEN preference.id IS NOT NULL THEN 'question-opinion-statement' END",
            "what the preference model reads: the question, an opinion, a statement"),
        ComparisonColumn(
            "candidates.all_texts", .list(.string), "drawn.texts",
            "every draft of the same draw, rejected ones too; every opinion or position statement it was chosen from; empty where others "
                + "may not read what it is, or what the model read for it"),
        ComparisonColumn(
            "candidates.all_reward_predictions", .list(.list(.number)), "drawn.predictions",
            "for each of these the agreement that was predicted of each member; an empty list where none was"),
        ComparisonColumn(
            "candidates.all_welfare_or_rank", .list(.number), "drawn.welfares",
            "for each of these its welfare, or for a vote its rank from 0"),
        ComparisonColumn(
            "candidates.reward_data.reward_predictions", .list(.number), "coalesce(drawn.prediction, '[]'::json)",
            "the predictions for the statement itself"),
        ComparisonColumn(
            "candidates.reward_data.welfare_or_rank", .number, "drawn.welfare", "its welfare or rank"),
        ComparisonColumn(
            "candidates.aggregation.method", .string, "upper(replace(n.settings->>'select', '-', '_'))",
            "how it was chosen: FIRST, RANDOM, WELFARE, SCHULZE, PREDICTED_WELFARE or ACTUAL_WELFARE"),
        ComparisonColumn(
            "candidates.parent_statement_ids", .list(.string),
            "CASE n.source WHEN 'model' THEN whose.opinions ELSE coalesce(drawn.parent, '[]'::json) END",
            "the opinions that went in, in their order; for a person's opinion, that opinion"),
    ].map { $0.aggregated(by: "w.position") }

    private static let ratings: [ComparisonColumn] = [
        ComparisonColumn(
            "ratings.agreement", .string, ComparisonSQL.agreement("w.agreement"),
            "STRONGLY_DISAGREE … NEUTRAL … STRONGLY_AGREE; MOCK where none was given"),
        ComparisonColumn(
            "ratings.quality", .string, ComparisonSQL.quality("w.quality"),
            "TERRIBLE_QUALITY … NEUTRAL … EXCELLENT_QUALITY; MOCK where none was given"),
        ComparisonColumn("ratings.metadata.id", .string, "w.id", "the rating"),
        ComparisonColumn("ratings.metadata.participant_id", .string, "m.id", "the member"),
        ComparisonColumn(
            "ratings.metadata.provenance", .string, givenBy("w.agreement"), "HUMAN_CITIZEN or BOT_CITIZEN; MOCK where none was given"),
        ComparisonColumn("ratings.metadata.created", .timestamp, ComparisonSQL.time("w.submitted_at"), "when it was stored"),
        ComparisonColumn(
            "ratings.metadata.response_duration", .number, ratingSeconds, "seconds since the statement was first shown"),
        ComparisonColumn("ratings.metadata.status", .string, given("w.agreement"), "COMPLETE or INCOMPLETE"),
    ].map { $0.aggregated(by: "w.position") }

    private static let ratingSeconds = ComparisonSQL.seconds(from: "w.shown_at", to: "w.submitted_at")

    private static let rankings: [ComparisonColumn] = [
        ComparisonColumn("rankings.candidate_ids", .string, "w.statement_id", "the statements that were ranked"),
        ComparisonColumn(
            "rankings.numerical_ranks", .integer, "w.rank",
            "their ranks by the member's agreement: 0 for the highest, ties share one, the next follows without a gap; -1 where unrated"),
        ComparisonColumn(
            "rankings.metadata.id", .string, ComparisonSQL.id("ranking", "r.id", "m.id"), "the ranking"),
        ComparisonColumn("rankings.metadata.participant_id", .string, "m.id", "the member"),
        ComparisonColumn(
            "rankings.metadata.provenance", .string, givenBy("w.agreement"), "HUMAN_CITIZEN or BOT_CITIZEN; MOCK where unrated"),
        ComparisonColumn(
            "rankings.metadata.created", .timestamp, ComparisonSQL.time("w.ranked_at"),
            "when the last of the ratings that it follows from was stored"),
        ComparisonColumn(
            "rankings.metadata.response_duration", .number, "NULL::float8", "missing: nobody was asked for a ranking"),
        ComparisonColumn("rankings.metadata.status", .string, given("w.agreement"), "COMPLETE or INCOMPLETE"),
    ].map { $0.aggregated(by: "w.position") }

    private static let rankingsAreDerived = ComparisonColumn(
        "rankings.derived", .boolean, "true", "true: the ranks follow from the agreement ratings, nobody was asked for them")

    private static func givenBy(_ rating: SQL) -> SQL {
        "CASE WHEN \(sql: rating) IS NULL THEN 'MOCK' ELSE \(sql: ComparisonSQL.citizen("r.synthetic")) END"
    }

    private static func given(_ rating: SQL) -> SQL {
        "CASE WHEN \(sql: rating) IS NULL THEN 'INCOMPLETE' ELSE 'COMPLETE' END"
    }

    static func candidateComparisonRows(_ scope: DumpScope) -> SQL {
        // Rounds are put in order by their ids and times alone. Whatever is wide is looked up afterwards, round by round
        // and row by row (LATERAL, with OFFSET 0), so that PostgreSQL has only the few rows of one round to sort.
        """
        SELECT \(sql: selected(candidateComparisonColumns))
        FROM (SELECT r.id, r.number, r.started_at, r.question_id, g.id AS group_id, g.created_at, g.synthetic, v.data_version,
                     i.included, i.group_included
              FROM groups g JOIN \(sql: ComparisonSQL.versions(scope)) v ON v.id = g.study_version_id
                   JOIN rounds r ON r.group_id = g.id LEFT JOIN \(sql: scope.roundInclusion) i ON i.round_id = r.id
              WHERE \(sql: scope.groups) AND \(sql: scope.isNew(group: "g.id"))
              ORDER BY g.created_at, g.id, r.number) AS r
             CROSS JOIN LATERAL (SELECT r.data_version) AS v
             CROSS JOIN LATERAL (SELECT q.* FROM questions q WHERE q.id = r.question_id OFFSET 0) AS q
             CROSS JOIN LATERAL (\(sql: identifying)) AS found
             CROSS JOIN LATERAL (
                 SELECT p.id, m.seat, \(sql: scope.worker) AS worker
                 FROM members m JOIN participants p ON p.id = m.participant_id
                 WHERE m.group_id = r.group_id AND NOT \(sql: DumpScope.isErased) OFFSET 0) AS m
             CROSS JOIN LATERAL (
                 SELECT \(sql: ComparisonSQL.isIncluded(scope, round: "r", person: "m.id")) AS included) AS counts
             LEFT JOIN LATERAL (
                 SELECT o.* FROM visible_opinions o WHERE o.round_id = r.id AND o.participant_id = m.id OFFSET 0) AS o ON true
             LEFT JOIN LATERAL (
                 SELECT s.submitted_at FROM stances s WHERE s.round_id = r.id AND s.participant_id = m.id OFFSET 0
             ) AS stance ON true
             CROSS JOIN LATERAL (
                 SELECT \(sql: selected(otherOpinions))
                 FROM visible_opinions x JOIN members xm ON xm.participant_id = x.participant_id
                      LEFT JOIN stances xs ON xs.round_id = x.round_id AND xs.participant_id = x.participant_id
                 WHERE x.round_id = r.id AND x.participant_id <> m.id) AS others
             CROSS JOIN LATERAL (\(sql: shownStatements)) AS shown
             CROSS JOIN LATERAL (SELECT coalesce(greatest(o.submitted_at, shown.rated_at), r.started_at) AS at) AS last
        WHERE o.id IS NOT NULL OR shown.statements > 0
        ORDER BY r.created_at, r.group_id, r.number, m.seat
        """
    }

    /// What may identify somebody in the opinions of r, by their ids, and in the drafts: looked for once, however many members'
    /// rows have the text.
    private static let identifying: SQL = """
        SELECT (SELECT jsonb_object_agg(x.id, x.kinds) FILTER (WHERE x.kinds IS NOT NULL)
                FROM (SELECT x.id, \(sql: Identifying.kinds(in: "x.text")) AS kinds
                      FROM visible_opinions x WHERE x.round_id = r.id OFFSET 0) AS x) AS in_opinions,
               (SELECT \(sql: Identifying.kinds(in: "x.text"))
                FROM (SELECT string_agg(t.text, E'\\n') AS text
                      FROM generations n CROSS JOIN LATERAL (
                          SELECT s.text FROM visible_statements s WHERE s.generation_id = n.id
                          UNION SELECT c.text FROM visible_candidates c WHERE c.generation_id = n.id
                          UNION SELECT o.text FROM visible_opinions o
                                WHERE n.source = 'human-opinion' AND o.round_id = n.round_id
                                  AND o.participant_id = ANY(n.included_participant_ids)) AS t
                      WHERE n.round_id = r.id AND n.source <> 'attention-check' OFFSET 0) AS x) AS in_drafts
        OFFSET 0
        """

    /// The statements put before m in r, aggregated in m's order.
    private static let shownStatements: SQL = """
        SELECT count(*) AS statements, count(w.agreement) AS rated, max(w.submitted_at) AS rated_at,
               sum(\(sql: ratingSeconds)) AS seconds,
               \(sql: selected(candidates + ratings + rankings))
        FROM (
            SELECT w.id, w.statement_id, w.position, w.shown_at, s.generation_id, s.text, s.malformed, s.author_id, s.created_at,
                   a.agreement, a.quality, a.submitted_at, max(a.submitted_at) OVER () AS ranked_at,
                   CASE WHEN a.agreement IS NULL THEN -1
                        ELSE dense_rank() OVER (ORDER BY a.agreement DESC NULLS LAST) - 1 END AS rank
            FROM presentations w JOIN visible_statements s ON s.id = w.statement_id JOIN generations made ON made.id = s.generation_id
                 LEFT JOIN ratings a ON a.presentation_id = w.id
            WHERE w.round_id = r.id AND w.participant_id = m.id AND made.source <> 'attention-check') AS w
        JOIN generations n ON n.id = w.generation_id
        LEFT JOIN participants author
               ON author.id = w.author_id AND NOT EXISTS (SELECT FROM erasures e WHERE e.participant_id = author.id)
        LEFT JOIN models preference
               ON preference.id = coalesce(n.preference_model_id, (n.choice->>'preferenceModel')::uuid)
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(i.id::text ORDER BY i.place), '{}') AS ids,
                   coalesce(json_agg(io.id ORDER BY i.place), '[]'::json) AS opinions
            FROM unnest(n.included_participant_ids) WITH ORDINALITY AS i (id, place)
                 JOIN visible_opinions io ON io.round_id = r.id AND io.participant_id = i.id) AS whose
        CROSS JOIN LATERAL (
            SELECT coalesce(json_agg(d.text ORDER BY d.place), '[]'::json) AS texts,
                   coalesce(json_agg(d.predictions ORDER BY d.place), '[]'::json) AS predictions,
                   coalesce(json_agg(d.welfare ORDER BY d.place), '[]'::json) AS welfares,
                   (array_agg(d.predictions ORDER BY d.place) FILTER (WHERE d.is_shown))[1] AS prediction,
                   (array_agg(d.welfare ORDER BY d.place) FILTER (WHERE d.is_shown))[1] AS welfare,
                   json_agg(d.opinion_id) FILTER (WHERE d.is_shown AND d.opinion_id IS NOT NULL) AS parent
            FROM (
                SELECT c.draw * 1000 + c.number AS place, seen.text, NULL::uuid AS opinion_id,
                       coalesce(c.welfare, c.rank - 1) AS welfare, c.chosen AND c.text = w.text AND w.text <> '' AS is_shown,
                       \(sql: predictions("c.predictions")) AS predictions
                FROM candidates c JOIN visible_candidates seen USING (generation_id, draw, number)
                WHERE c.generation_id = n.id
                UNION ALL
                SELECT i.place, io.text, io.id, (n.choice->'welfare'->>(i.id::text))::float8, i.id = w.author_id,
                       \(sql: predictions("CASE WHEN preference.id IS NOT NULL THEN n.choice->'agreements'->(i.id::text) END"))
                FROM unnest(n.included_participant_ids) WITH ORDINALITY AS i (id, place)
                     JOIN visible_opinions io ON io.round_id = r.id AND io.participant_id = i.id
                WHERE n.source = 'human-opinion'
                UNION ALL
                SELECT i.place, i.text, NULL, NULL, i.text = w.text, '[]'::json
                FROM unnest(ARRAY[q.affirming_statement, q.negating_statement]) WITH ORDINALITY AS i (text, place)
                WHERE n.source = 'position-statement') AS d) AS drawn
        """

    /// A list of the predictions in the object `byMember`, in the order of whose.ids; empty where there is none.
    private static func predictions(_ byMember: SQL) -> SQL {
        """
        CASE WHEN \(sql: byMember) IS NULL THEN '[]'::json
             ELSE (SELECT coalesce(json_agg((\(sql: byMember))->member.id ORDER BY member.place), '[]'::json)
                   FROM unnest(whose.ids) WITH ORDINALITY AS member (id, place)) END
        """
    }
}
