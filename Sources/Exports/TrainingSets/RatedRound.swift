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
        let agreement: Int
        let quality: Int

        enum CodingKeys: String, CodingKey {
            case statementID = "statement_id"
            case condition, statement, agreement, quality
        }
    }

    let groupID: String
    let roundID: String
    let participantID: String
    let questionID: String
    let question: String
    let questionSplit: Split
    let asked: [AskedQuestion]
    let opinion: String
    let ratings: [Rating]

    enum CodingKeys: String, CodingKey {
        case groupID = "group_id"
        case roundID = "round_id"
        case participantID = "participant_id"
        case questionID = "question_id"
        case question
        case questionSplit = "question_split"
        case asked, opinion, ratings
    }

    /// Those of a study, of the members who wrote an opinion and whom its inclusion rule includes. Attention checks,
    /// malformed statements, people's own words and deleted ones are out.
    static func rows(_ scope: DumpScope) -> SQL {
        """
        SELECT row_to_json(line) FROM (
        SELECT g.id AS group_id, r.id AS round_id, m.participant_id, q.key AS question_id, q.question,
               q.split AS question_split, \(sql: RatedDraft.askedOfGroup) AS asked, o.text AS opinion, given.ratings
        FROM groups g JOIN study_versions v ON v.id = g.study_version_id
             JOIN rounds r ON r.group_id = g.id JOIN questions q ON q.id = r.question_id
             JOIN members m ON m.group_id = g.id JOIN participants p ON p.id = m.participant_id
             JOIN visible_opinions o ON o.round_id = r.id AND o.participant_id = m.participant_id
             CROSS JOIN LATERAL (
                 SELECT count(*) AS count,
                        json_agg(json_build_object('statement_id', s.id, 'condition', n.condition, 'statement', s.text,
                                                   'agreement', a.agreement, 'quality', a.quality)
                                 ORDER BY w.position) AS ratings
                 FROM presentations w JOIN ratings a ON a.presentation_id = w.id
                      JOIN visible_statements s ON s.id = w.statement_id JOIN generations n ON n.id = s.generation_id
                 WHERE w.round_id = r.id AND w.participant_id = m.participant_id AND n.source <> 'attention-check'
                   AND NOT s.malformed AND s.text <> '' AND s.author_id IS DISTINCT FROM m.participant_id) AS given
        WHERE \(sql: scope.groups) AND NOT \(sql: ComparisonSQL.isErased)
          AND given.count >= 2 AND coalesce(\(sql: ComparisonSQL.isIncluded), true)
        ORDER BY g.created_at, g.id, r.number, m.seat) AS line
        """
    }
}
