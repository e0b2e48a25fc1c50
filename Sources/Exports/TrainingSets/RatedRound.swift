// What one member thought of the statements of a round, as the database gives it.

import Foundation
import Postgres
import Studies

/// A member's opinion, and their ratings of the statements of the round.
struct RatedRound: Decodable, Sendable {
    struct Rating: Decodable, Sendable {
        let statementID: String
        let condition: String
        let statement: String
        /// What in the statement may identify somebody.
        let mayIdentify: String?
        let agreement: Int
        let quality: Int

        enum CodingKeys: String, CodingKey {
            case statementID = "statement_id"
            case condition, statement
            case mayIdentify = "may_identify"
            case agreement, quality
        }
    }

    let groupID: String
    let roundID: String
    let participantID: String
    let questionID: String
    let question: String
    let questionSplit: Split
    let asked: [AskedQuestion]
    /// Empty where others may not read it.
    let opinion: String
    /// What in the opinion may identify somebody.
    let mayIdentify: String?
    let ratings: [Rating]

    enum CodingKeys: String, CodingKey {
        case groupID = "group_id"
        case roundID = "round_id"
        case participantID = "participant_id"
        case questionID = "question_id"
        case question
        case questionSplit = "question_split"
        case asked, opinion
        case mayIdentify = "may_identify"
        case ratings
    }

    /// Those of a study, of the members who wrote an opinion and whom its inclusion rule includes, also where others may not
    /// read it. Attention checks, malformed statements, people's own words, and what was deleted or others may not read are out.
    static func rows(_ scope: DumpScope) -> SQL {
        // Rounds are put in order by their ids and times alone; what is wide is looked up afterwards, and what all members
        // were shown is looked through once.
        """
        SELECT row_to_json(line) FROM (
        SELECT r.group_id, r.id AS round_id, m.participant_id, q.key AS question_id, q.question, q.split AS question_split,
               asked.asked, o.text AS opinion, \(sql: Identifying.kinds(in: "o.text")) AS may_identify, given.ratings
        FROM (SELECT r.id, r.number, r.question_id, g.id AS group_id, g.created_at, i.included, i.group_included
              FROM groups g JOIN rounds r ON r.group_id = g.id JOIN \(sql: scope.roundInclusion) i ON i.round_id = r.id
              WHERE \(sql: scope.groups) ORDER BY g.created_at, g.id, r.number) AS r
             CROSS JOIN LATERAL (SELECT q.* FROM questions q WHERE q.id = r.question_id OFFSET 0) AS q
             CROSS JOIN LATERAL (SELECT \(sql: RatedDraft.askedOfGroup("r.group_id")) AS asked OFFSET 0) AS asked
             CROSS JOIN LATERAL (
                 SELECT jsonb_object_agg(s.id, s.kinds) FILTER (WHERE s.kinds IS NOT NULL) AS in_statements
                 FROM (SELECT s.id, \(sql: Identifying.kinds(in: "s.text")) AS kinds
                       FROM visible_statements s WHERE s.round_id = r.id OFFSET 0) AS s
                 OFFSET 0) AS found
             CROSS JOIN LATERAL (
                 SELECT m.participant_id, m.seat FROM members m JOIN participants p ON p.id = m.participant_id
                 WHERE m.group_id = r.group_id AND NOT \(sql: DumpScope.isErased)
                   AND coalesce(\(sql: ComparisonSQL.isIncluded(scope, round: "r", person: "p.id")), true) OFFSET 0) AS m
             CROSS JOIN LATERAL (
                 SELECT o.text FROM visible_opinions o
                 WHERE o.round_id = r.id AND o.participant_id = m.participant_id OFFSET 0) AS o
             CROSS JOIN LATERAL (
                 SELECT count(*) AS count,
                        json_agg(json_build_object('statement_id', s.id, 'condition', n.condition, 'statement', s.text,
                                                   'may_identify', found.in_statements->>(s.id::text),
                                                   'agreement', a.agreement, 'quality', a.quality)
                                 ORDER BY w.position) AS ratings
                 FROM presentations w JOIN ratings a ON a.presentation_id = w.id
                      JOIN visible_statements s ON s.id = w.statement_id JOIN generations n ON n.id = s.generation_id
                 WHERE w.round_id = r.id AND w.participant_id = m.participant_id AND n.source <> 'attention-check'
                   AND NOT s.malformed AND s.text <> '' AND s.author_id IS DISTINCT FROM m.participant_id) AS given
        WHERE given.count >= 2
        ORDER BY r.created_at, r.group_id, r.number, m.seat) AS line
        """
    }
}
