// The ratings that a report counts, brought together once for all of its sections.

import Foundation
import Postgres

/// Tables of one transaction that hold the ratings that count: not those of attention checks, of malformed statements, and of
/// people's own words; and where the study has an inclusion rule, only those in rounds that count, of groups that count, by
/// members with none of the flags that exclude.
///
/// Sections sum these tables up in the database, where sums of whole numbers are exact, so that a report of a million
/// ratings holds some thousand sums.
struct CountedRatings: Sendable {
    /// How many groups there are. Groups and questions are numbered by their ids and keys, in the order of their characters.
    let groups: Int
    /// The splits of the questions, with the numbers of theirs.
    let splits: [(name: String, questions: Range<Int>)]
    /// Those that were rated, in the order of the study file; names of earlier versions last.
    let conditions: [String]
    /// Why ratings are left out, and how many: each by the first reason that holds.
    let leftOut: [LeftOut]
    let counted: Int

    /// Ratings that are left out for one reason.
    struct LeftOut: Codable, Sendable, Equatable {
        /// `attention-check`, `malformed`, `own-words`, `inclusion-rule`.
        let reason: String
        let ratings: Int
    }

    /// White space as in Unicode, so that words are counted alike wherever they are.
    private static let word = #"[^\s\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+"#

    /// Makes the tables `report_ratings`, `report_statements` and `report_members`, which go with the transaction.
    static func gather(
        of scope: ReportScope, in connection: Connection
    ) async throws -> CountedRatings {
        try await connection.script(
            """
            CREATE TEMPORARY TABLE report_rounds (
                round_id uuid PRIMARY KEY, group_id uuid, question_set text, question text, split text, included boolean
            ) ON COMMIT DROP;
            CREATE TEMPORARY TABLE report_ratings (
                left_out text, round_id uuid, group_number int, question_number int, split text, participant_id uuid,
                generation_id uuid, condition text, statement_id uuid, agreement smallint, quality smallint,
                inclusion text
            ) ON COMMIT DROP;
            CREATE TEMPORARY TABLE report_statements (
                statement_id uuid PRIMARY KEY, group_number int, question_number int, condition text, ratings int,
                agreement int, quality int, least_agreement int, words int
            ) ON COMMIT DROP;
            CREATE TEMPORARY TABLE report_members (
                round_id uuid, participant_id uuid, group_number int, question_number int, condition text,
                agreement float8, inclusion text
            ) ON COMMIT DROP;
            """)
        let rule: SQL = scope.hasRule ? "JOIN \(sql: scope.roundInclusion) i ON i.round_id = r.id" : ""
        let included: SQL = scope.hasRule ? "coalesce(i.included AND i.group_included, true)" : "true"
        try await connection.execute(
            """
            INSERT INTO report_rounds
            SELECT r.id, g.id, s.name, q.key, q.split, \(sql: included)
            FROM rounds r JOIN groups g ON g.id = r.group_id JOIN questions q ON q.id = r.question_id
                 JOIN question_set_versions w ON w.id = q.question_set_version_id JOIN question_sets s ON s.id = w.question_set_id
                 \(sql: rule)
            WHERE \(sql: scope.groups)
            """)
        try await connection.execute(
            """
            WITH excluded AS MATERIALIZED (
                SELECT participant_id FROM \(sql: scope.excludedParticipants) e
            ), kept AS MATERIALIZED (
                SELECT CASE WHEN n.source = 'attention-check' THEN 'attention-check'
                            WHEN s.malformed THEN 'malformed'
                            WHEN s.author_id = p.participant_id THEN 'own-words'
                            WHEN NOT t.included OR e.participant_id IS NOT NULL THEN 'inclusion-rule' END AS left_out,
                       t.round_id, t.group_id, t.question_set, t.question, t.split, p.participant_id, n.id AS generation_id, n.condition,
                       s.id AS statement_id, a.agreement, a.quality,
                       CASE WHEN p.participant_id = ANY(n.excluded_participant_ids) THEN 'excluded'
                            WHEN p.participant_id = ANY(n.included_participant_ids) THEN 'included'
                            ELSE 'no_opinion' END AS inclusion
                FROM report_rounds t JOIN presentations p ON p.round_id = t.round_id
                     JOIN ratings a ON a.presentation_id = p.id JOIN statements s ON s.id = p.statement_id
                     JOIN generations n ON n.id = s.generation_id
                     LEFT JOIN excluded e ON e.participant_id = p.participant_id
            ), numbered_groups AS (
                SELECT group_id, row_number() OVER (ORDER BY group_id::text COLLATE "C") - 1 AS number
                FROM (SELECT DISTINCT group_id FROM kept WHERE left_out IS NULL) g
            ), numbered_questions AS (
                SELECT split, question, question_set,
                       row_number() OVER (ORDER BY array_position(ARRAY['train', 'validation', 'iid_test', 'ood_test'], split),
                                                   question COLLATE "C", question_set COLLATE "C") - 1 AS number
                FROM (SELECT DISTINCT split, question, question_set FROM kept WHERE left_out IS NULL) q
            )
            INSERT INTO report_ratings
            SELECT k.left_out, k.round_id, g.number, q.number, split, k.participant_id, k.generation_id, k.condition,
                   k.statement_id, k.agreement, k.quality, k.inclusion
            FROM kept k LEFT JOIN numbered_groups g USING (group_id)
                 LEFT JOIN numbered_questions q USING (split, question, question_set)
            """)
        let causes = try await connection.query(
            "SELECT left_out, count(*) FROM report_ratings GROUP BY left_out", as: (String?, Int).self)
        try await connection.execute("DELETE FROM report_ratings WHERE left_out IS NOT NULL")
        try await connection.execute(
            """
            INSERT INTO report_statements
            SELECT c.*, CASE WHEN s.text <> '' THEN regexp_count(s.text, \(Self.word)) END
            FROM (SELECT statement_id, group_number, question_number, condition, count(*), sum(agreement), sum(quality),
                         min(agreement)
                  FROM report_ratings GROUP BY statement_id, group_number, question_number, condition) c
                 JOIN visible_statements s ON s.id = c.statement_id
            """)
        try await connection.execute(
            """
            INSERT INTO report_members
            SELECT round_id, participant_id, group_number, question_number, condition,
                   sum(agreement)::float8 / count(*), min(inclusion)
            FROM report_ratings GROUP BY round_id, participant_id, group_number, question_number, condition
            """)
        try await connection.script("ANALYZE report_ratings; ANALYZE report_statements; ANALYZE report_members")

        let groups = try await connection.first(
            "SELECT count(DISTINCT group_number) FROM report_ratings", as: Int.self) ?? 0
        let splits = try await connection.query(
            "SELECT split, min(question_number), max(question_number) FROM report_ratings GROUP BY split ORDER BY 2",
            as: (String, Int, Int).self
        ).map { (name: $0.0, questions: $0.1..<($0.2 + 1)) }
        let found = try await connection.query(
            "SELECT condition FROM report_statements GROUP BY condition ORDER BY condition COLLATE \"C\"", as: String.self)
        // Settings change between versions; what a condition was named stays.
        let names = scope.studies.flatMap(\.settings.conditions).map(\.name).reduce(into: [String]()) { found, name in
            if !found.contains(name) { found.append(name) }
        }
        let counts = Dictionary(uniqueKeysWithValues: causes.map { ($0.0 ?? "", $0.1) })
        return CountedRatings(
            groups: groups, splits: splits,
            conditions: names.filter(found.contains) + found.filter { !names.contains($0) },
            leftOut: ["attention-check", "malformed", "own-words", "inclusion-rule"].map {
                LeftOut(reason: $0, ratings: counts[$0] ?? 0)
            },
            counted: counts[""] ?? 0)
    }
}
