// A statement with what its group thought of it, as the database gives it.

import Foundation
import Postgres
import Studies

/// A statement that the language model wrote, the opinions it was written from, and the means of its ratings.
struct RatedDraft: Decodable, Sendable {
    let groupID: String
    let roundID: String
    let questionID: String
    let question: String
    let questionSplit: Split
    let asked: [AskedQuestion]
    let statementID: String
    let condition: String
    let statement: String
    /// In the order in which the model read them.
    let opinions: [String]
    /// How many there were when it was written.
    let opinionsRead: Int
    let raters: Int
    let agreement: Double?
    let quality: Double?

    enum CodingKeys: String, CodingKey {
        case groupID = "group_id"
        case roundID = "round_id"
        case questionID = "question_id"
        case question
        case questionSplit = "question_split"
        case asked
        case statementID = "statement_id"
        case condition, statement, opinions
        case opinionsRead = "opinions_read"
        case raters, agreement, quality
    }

    /// Those of a study: well-formed, and of rounds and raters that its inclusion rule includes.
    static func rows(_ scope: DumpScope) -> SQL {
        """
        SELECT row_to_json(line) FROM (
        SELECT g.id AS group_id, r.id AS round_id, q.key AS question_id, q.question, q.split AS question_split,
               \(sql: askedOfGroup) AS asked, s.id AS statement_id, n.condition, s.text AS statement,
               read.opinions, cardinality(n.included_participant_ids) AS opinions_read,
               given.raters, given.agreement, given.quality
        FROM groups g JOIN study_versions v ON v.id = g.study_version_id
             JOIN rounds r ON r.group_id = g.id JOIN questions q ON q.id = r.question_id
             JOIN round_inclusion i ON i.round_id = r.id
             JOIN visible_statements s ON s.round_id = r.id JOIN generations n ON n.id = s.generation_id
             CROSS JOIN LATERAL (
                 SELECT coalesce(json_agg(o.text ORDER BY included.place), '[]'::json) AS opinions
                 FROM unnest(n.included_participant_ids) WITH ORDINALITY AS included (id, place)
                      JOIN visible_opinions o ON o.round_id = r.id AND o.participant_id = included.id) AS read
             CROSS JOIN LATERAL (
                 SELECT count(*) AS raters, avg(a.agreement)::float8 AS agreement, avg(a.quality)::float8 AS quality
                 FROM presentations w JOIN ratings a ON a.presentation_id = w.id
                      JOIN members m ON m.participant_id = w.participant_id
                 WHERE w.statement_id = s.id AND coalesce(\(sql: ComparisonSQL.isIncluded), true)) AS given
        WHERE \(sql: scope.groups) AND n.source = 'model'
          AND NOT s.malformed AND s.text <> '' AND coalesce(i.included, true)
        ORDER BY g.created_at, g.id, r.number, n.position, s.number, s.id) AS line
        """
    }

    /// Every question of the group g.
    static let askedOfGroup: SQL = """
        (SELECT json_agg(json_build_object('question', aq.question, 'split', aq.split) ORDER BY ar.number)
         FROM rounds ar JOIN questions aq ON aq.id = ar.question_id WHERE ar.group_id = g.id)
        """
}
