// The paper's tables for one study.

import Consensus
import Foundation
import Postgres
import Studies

/// How the conditions of a study compare. Attention checks, malformed statements and people's ratings of their own words
/// are out; where the study has an inclusion rule, only the rounds that it includes are in.
public struct StudyReport: Codable, Sendable {
    public let study: String
    /// Whether the ratings are simulated people's.
    public let synthetic: Bool
    /// Whether only the rounds that the study's inclusion rule includes are counted.
    public let appliesInclusionRule: Bool
    public let comparison: ConditionComparison

    private struct Row: Decodable, Sendable {
        let groupId: String
        let roundId: String
        let participantId: String
        let condition: String
        let statementId: String
        let text: String
        let agreement: Int
        let quality: Int
        let inclusion: String
    }

    /// Reads the ratings of real people, or of simulated ones where there are no others or `includingSynthetic` asks for
    /// them too, and compares.
    public static func read(
        of study: Study, includingSynthetic: Bool = false, in database: Database
    ) async throws -> StudyReport {
        let hasReal = try await database.first(
            "SELECT EXISTS (SELECT FROM participants WHERE study_id = \(study.id) AND NOT synthetic)", as: Bool.self)
        let synthetic = includingSynthetic || hasReal == false
        let rows = try await database.rows(
            """
            SELECT g.id::text AS group_id, r.id::text AS round_id, p.participant_id::text AS participant_id, n.condition,
                   s.id::text AS statement_id, s.text, a.agreement, a.quality,
                   CASE WHEN p.participant_id = ANY(n.excluded_participant_ids) THEN 'excluded'
                        WHEN p.participant_id = ANY(n.included_participant_ids) THEN 'included'
                        ELSE 'no_opinion' END AS inclusion
            FROM ratings a JOIN presentations p ON p.id = a.presentation_id
                 JOIN visible_statements s ON s.id = p.statement_id JOIN generations n ON n.id = s.generation_id
                 JOIN rounds r ON r.id = p.round_id JOIN groups g ON g.id = r.group_id
                 JOIN round_inclusion i ON i.round_id = r.id
            WHERE g.study_id = \(study.id) AND (NOT g.synthetic OR \(synthetic)) AND n.source <> 'attention-check'
              AND NOT s.malformed AND s.author_id IS DISTINCT FROM p.participant_id AND coalesce(i.included, true)
            ORDER BY g.created_at, g.id, r.number, p.participant_id, p.position
            """, as: Row.self)
        let ratings = rows.map { row in
            RatedStatement(
                group: row.groupId, round: row.roundId, member: row.participantId, condition: row.condition,
                statement: row.statementId, agreement: row.agreement, quality: row.quality,
                inclusion: RatedStatement.Inclusion(rawValue: row.inclusion) ?? .noOpinion,
                words: row.text.split(whereSeparator: \.isWhitespace).count)
        }
        let conditions = study.settings.conditions
        // Settings change between versions; what a condition was named stays.
        let names = conditions.map(\.name)
        let earlier = Set(ratings.map(\.condition)).subtracting(names).sorted()
        return StudyReport(
            study: study.settings.name, synthetic: synthetic, appliesInclusionRule: study.settings.inclusion != nil,
            comparison: ConditionComparison(of: ratings, conditions: names + earlier, twins: study.settings.exclusionTwins))
    }
}
