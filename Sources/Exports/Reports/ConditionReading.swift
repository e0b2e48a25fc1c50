// Reads how the conditions of a study compare.

import Consensus
import Postgres

/// The sections that compare conditions, each from sums of ``CountedRatings``.
struct ConditionReading {
    let ratings: CountedRatings
    let connection: Connection

    /// By condition, by pair, and by twins; overall, and by the splits that are named. One condition and one pair at a time.
    func comparisons(
        twins: [(exclusion: String, full: String)], splits: [(name: String, questions: Range<Int>)]
    ) async throws -> (overall: ConditionComparison, bySplit: SplitComparison) {
        let clusters = ratings.clusters
        var lines: [ConditionComparison.Line] = [], pairs: [ConditionComparison.Pair] = []
        var splitLines: [SplitComparison.Line] = [], splitPairs: [SplitComparison.Pair] = []
        var losses: [SplitComparison.Loss] = []
        for (place, condition) in ratings.conditions.enumerated() {
            let tallies = try await self.tallies(of: condition)
            lines.append(.init(condition: condition, tallies: tallies, clusters: clusters))
            var bySplit: [String: [ConditionTally]] = [:]
            for (split, questions) in splits {
                let own = tallies.filter { questions.contains($0.question) }
                if own.isEmpty { continue }
                bySplit[split] = own
                splitLines.append(.init(split: split, condition: condition, tallies: own, clusters: clusters))
            }
            if let inside = bySplit["iid_test"], let outside = bySplit["ood_test"] {
                losses.append(.init(condition: condition, inside: inside, outside: outside, clusters: clusters))
            }
            for other in ratings.conditions[(place + 1)...] {
                let tallies = try await self.tallies(of: condition, against: other)
                if let pair = ConditionComparison.Pair(one: condition, other: other, tallies: tallies, clusters: clusters) {
                    pairs.append(pair)
                }
                for (split, questions) in splits {
                    let own = tallies.filter { questions.contains($0.question) }
                    if let pair = SplitComparison.Pair(
                        split: split, one: condition, other: other, tallies: own, clusters: clusters)
                    {
                        splitPairs.append(pair)
                    }
                }
            }
        }
        return (
            ConditionComparison(
                groups: clusters.groups, lines: lines, pairs: pairs, exclusions: try await exclusions(of: twins)),
            SplitComparison(lines: splitLines, pairs: splitPairs, losses: losses)
        )
    }

    private func exclusions(
        of twins: [(exclusion: String, full: String)]
    ) async throws -> [ConditionComparison.ExclusionEffect] {
        var effects: [ConditionComparison.ExclusionEffect] = []
        for (exclusion, full) in twins {
            let tallies = try await self.tallies(ofExclusion: exclusion, full: full)
            if let effect = ConditionComparison.ExclusionEffect(
                exclusion: exclusion, full: full, tallies: tallies, clusters: ratings.clusters)
            {
                effects.append(effect)
            }
        }
        return effects
    }

    /// How often each point of both scales was given, by condition.
    func distributions() async throws -> [RatingDistribution] {
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
    func divisiveness() async throws -> [Divisiveness] {
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
        return ratings.conditions.compactMap { condition in
            let tallies = rows.filter { $0.0 == condition }.map {
                SpreadTally(group: $0.1, statements: $0.2, statementSpread: $0.3, positionSpread: $0.4, lessDivisive: $0.5)
            }
            return tallies.isEmpty
                ? nil : Divisiveness(condition: condition, tallies: tallies, clusters: ratings.clusters)
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
