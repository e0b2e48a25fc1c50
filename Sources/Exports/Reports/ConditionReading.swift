// Reads how the conditions of a study compare.

import Consensus
import Postgres

/// The sections that compare conditions, each from sums of ``CountedRatings``.
struct ConditionReading {
    let ratings: CountedRatings
    let connection: Connection

    /// Everything that estimates by condition are made from.
    func tallies(twins: [(exclusion: String, full: String)]) async throws -> EffectTallies {
        var ofConditions: [String: [ConditionTally]] = [:], ofPairs: [EffectTallies.Pair] = []
        for (place, condition) in ratings.conditions.enumerated() {
            ofConditions[condition] = try await tallies(of: condition)
            for other in ratings.conditions[(place + 1)...] {
                ofPairs.append(.init(one: condition, other: other, tallies: try await tallies(of: condition, against: other)))
            }
        }
        var ofTwins: [EffectTallies.Twins] = []
        for (exclusion, full) in twins {
            ofTwins.append(
                .init(exclusion: exclusion, full: full, tallies: try await tallies(ofExclusion: exclusion, full: full)))
        }
        return EffectTallies(
            groups: ratings.groups, splits: ratings.splits, conditions: ratings.conditions, ofConditions: ofConditions,
            ofPairs: ofPairs, ofTwins: ofTwins, spreads: try await spreads(), distributions: try await distributions())
    }

    /// How often each point of both scales was given, by condition.
    private func distributions() async throws -> [RatingDistribution] {
        let rows = try await connection.query(
            """
            SELECT condition, point,
                   count(*) FILTER (WHERE agreement = point), count(*) FILTER (WHERE quality = point)
            FROM report_ratings CROSS JOIN generate_series(1, 7) AS point
            GROUP BY condition, point ORDER BY condition, point
            """, as: (String, Int, Int, Int).self)
        return ratings.conditions.map { condition in
            let own = rows.filter { $0.0 == condition }
            return RatingDistribution(condition: condition, agreementCounts: own.map(\.2), qualityCounts: own.map(\.3))
        }
    }

    /// How far groups are apart over statements and over position statements.
    private func spreads() async throws -> [String: [SpreadTally]] {
        let rows = try await connection.query(
            """
            SELECT condition, group_number, count(*)::float8, sum(of_statement), sum(of_positions),
                   sum(CASE sign(round((of_statement - of_positions)::numeric, 9)) WHEN -1 THEN 1.0 WHEN 0 THEN 0.5
                            ELSE 0 END)::float8
            FROM (SELECT r.condition, r.group_number, stddev_samp(r.agreement)::float8 AS of_statement,
                         (stddev_samp(s.affirming)::float8 + stddev_samp(s.negating)::float8) / 2 AS of_positions
                  FROM report_ratings r JOIN stances s ON s.round_id = r.round_id AND s.participant_id = r.participant_id
                  GROUP BY r.statement_id, r.condition, r.group_number HAVING count(*) >= 2) spreads
            GROUP BY condition, group_number ORDER BY condition, group_number
            """, as: (String, Int, Double, Double, Double, Double).self)
        return Dictionary(grouping: rows, by: \.0).mapValues { own in
            own.map { SpreadTally(group: $0.1, statements: $0.2, statementSpread: $0.3, positionSpread: $0.4, lessDivisive: $0.5) }
        }
    }

    private func tallies(of condition: String) async throws -> [ConditionTally] {
        try await connection.query(
            """
            SELECT group_number, question_number, sum(ratings)::float8, sum(agreement)::float8, sum(quality)::float8,
                   count(*)::float8, sum(least_agreement)::float8, count(words)::float8, coalesce(sum(words), 0)::float8
            FROM report_statements WHERE condition = \(condition) GROUP BY 1, 2 ORDER BY 1, 2
            """, as: (Int, Int, Double, Double, Double, Double, Double, Double, Double).self
        ).map {
            ConditionTally(
                group: $0.0, question: $0.1, ratings: $0.2, agreement: $0.3, quality: $0.4, statements: $0.5,
                leastAgreement: $0.6, texts: $0.7, words: $0.8)
        }
    }

    private func tallies(of one: String, against other: String) async throws -> [PairTally] {
        try await connection.query(
            """
            SELECT a.group_number, a.question_number, count(*)::float8,
                   sum(CASE WHEN a.agreement > b.agreement THEN 1.0 WHEN a.agreement = b.agreement THEN 0.5 ELSE 0 END)::float8,
                   sum(a.agreement - b.agreement)
            FROM report_members a JOIN report_members b USING (round_id, participant_id)
            WHERE a.condition = \(one) AND b.condition = \(other) GROUP BY 1, 2 ORDER BY 1, 2
            """, as: (Int, Int, Double, Double, Double).self
        ).map { PairTally(group: $0.0, question: $0.1, memberRounds: $0.2, wins: $0.3, difference: $0.4) }
    }

    private func tallies(ofExclusion exclusion: String, full: String) async throws -> [ExclusionTally] {
        try await connection.query(
            """
            SELECT a.group_number,
                   (count(*) FILTER (WHERE b.inclusion = 'excluded'))::float8,
                   coalesce(sum(a.agreement - b.agreement) FILTER (WHERE b.inclusion = 'excluded'), 0),
                   coalesce(sum(b.agreement) FILTER (WHERE b.inclusion = 'excluded'), 0),
                   (count(*) FILTER (WHERE b.inclusion = 'included'))::float8,
                   coalesce(sum(a.agreement - b.agreement) FILTER (WHERE b.inclusion = 'included'), 0),
                   coalesce(sum(b.agreement) FILTER (WHERE b.inclusion = 'included'), 0)
            FROM report_members a JOIN report_members b USING (round_id, participant_id)
            WHERE a.condition = \(full) AND b.condition = \(exclusion) GROUP BY 1 ORDER BY 1
            """, as: (Int, Double, Double, Double, Double, Double, Double).self
        ).map {
            ExclusionTally(
                group: $0.0, excluded: $0.1, lossOfExcluded: $0.2, agreementOfExcluded: $0.3, included: $0.4,
                lossOfIncluded: $0.5, agreementOfIncluded: $0.6)
        }
    }
}
