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
    /// In the order in which the model read them, without those that were deleted or that others may not read.
    let opinions: [String]
    /// What may identify somebody in them, and in the statement.
    let opinionsMayIdentify: String?
    let statementMayIdentify: String?
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
        case opinionsMayIdentify = "opinions_may_identify"
        case statementMayIdentify = "statement_may_identify"
        case opinionsRead = "opinions_read"
        case raters, agreement, quality
    }

    /// Those of a study: well-formed, and of rounds and raters that its inclusion rule includes.
    static func rows(_ scope: DumpScope) -> SQL {
        // Generations are put in order by their ids and times alone; what is wide is looked up afterwards.
        """
        SELECT row_to_json(line) FROM (
        SELECT n.group_id, n.round_id, q.key AS question_id, q.question, q.split AS question_split,
               \(sql: askedOfGroup("n.group_id")) AS asked, s.id AS statement_id, n.condition, s.text AS statement,
               read.opinions, read.opinions_may_identify, \(sql: Identifying.kinds(in: "s.text")) AS statement_may_identify,
               cardinality(n.included_participant_ids) AS opinions_read, given.raters, given.agreement, given.quality
        FROM (SELECT n.id, n.condition, n.position, n.included_participant_ids, r.id AS round_id, r.number, r.question_id,
                     g.id AS group_id, g.created_at
              FROM groups g JOIN rounds r ON r.group_id = g.id JOIN generations n ON n.round_id = r.id
                   JOIN \(sql: scope.roundInclusion) i ON i.round_id = r.id
              WHERE \(sql: scope.groups) AND n.source = 'model' AND coalesce(i.included AND i.group_included, true)
              ORDER BY g.created_at, g.id, r.number, n.position) AS n
             CROSS JOIN LATERAL (SELECT q.* FROM questions q WHERE q.id = n.question_id OFFSET 0) AS q
             CROSS JOIN LATERAL (
                 SELECT o.opinions, \(sql: Identifying.kinds(in: "o.words")) AS opinions_may_identify
                 FROM (SELECT coalesce(json_agg(o.text ORDER BY included.place), '[]'::json) AS opinions,
                              string_agg(o.text, E'\\n') AS words
                       FROM unnest(n.included_participant_ids) WITH ORDINALITY AS included (id, place)
                            JOIN visible_opinions o ON o.round_id = n.round_id AND o.participant_id = included.id
                       WHERE o.text <> '') AS o
                 OFFSET 0) AS read
             CROSS JOIN LATERAL (
                 SELECT s.id, s.number, s.text FROM visible_statements s
                 WHERE s.generation_id = n.id AND NOT s.malformed AND s.text <> '' OFFSET 0) AS s
             CROSS JOIN LATERAL (
                 SELECT count(*) AS raters, avg(a.agreement)::float8 AS agreement, avg(a.quality)::float8 AS quality
                 FROM presentations w JOIN ratings a ON a.presentation_id = w.id
                 WHERE w.statement_id = s.id
                   AND w.participant_id NOT IN (SELECT x.participant_id FROM excluded_participants(\(scope.study)) x)
             ) AS given
        ORDER BY n.created_at, n.group_id, n.number, n.position, s.number, s.id) AS line
        """
    }

    /// Every question of a group.
    static func askedOfGroup(_ group: SQL) -> SQL {
        """
        (SELECT json_agg(json_build_object('question', aq.question, 'split', aq.split) ORDER BY ar.number)
         FROM rounds ar JOIN questions aq ON aq.id = ar.question_id WHERE ar.group_id = \(sql: group))
        """
    }
}
