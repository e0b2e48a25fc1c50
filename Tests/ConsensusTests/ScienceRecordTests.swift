import Consensus
import Foundation
import LanguageModel
import Testing

/// Writes down what the science gives for drawn inputs. Tests/Science computes the same with NumPy and SciPy, and compares.
@Suite("The record for the independent implementation")
struct ScienceRecordTests {
    private struct Record: Encodable {
        struct Welfare: Encodable {
            let alpha: Double?     // null for infinity
            let utilities: [Double]
            let value: Double
        }
        struct Vote: Encodable {
            let ballots: [[Double]]
            let ranking: [Int]
        }
        struct Fit: Encodable {
            let rows: [[Double]]
            let agreements: [Int]
            let comparisons: [[Int]]
            let regularization: Double
            let parameters: [Double]
            let loss: Double
        }
        struct Correlation: Encodable {
            let one: [Double]
            let other: [Double]
            let value: Double
        }
        struct Interval: Encodable {
            let groups: [[Double]]
            let estimate: Estimate
        }
        struct Comparison: Encodable {
            struct Rating: Encodable {
                let group, round, member, condition, statement, inclusion: String
                let agreement: Int
            }
            let ratings: [Rating]
            let comparison: ConditionComparison
        }
        struct Clustering: Encodable {
            let points: [[Double]]
            let truth: [Int]
            let clusters: KMeansRecord
            let silhouettes: [Double]
            let adjustedRandIndex: Double
        }
        struct KMeansRecord: Encodable {
            let assignments: [Int]
            let centres: [[Double]]
            let inertia: Double
        }
        var clusterings: [Clustering] = []
        var comparisons: [Comparison] = []
        var welfare: [Welfare] = []
        var votes: [Vote] = []
        var fits: [Fit] = []
        var correlations: [Correlation] = []
        var intervals: [Interval] = []
    }

    @Test("is written for Tests/Science to check")
    func write() throws {
        var generator = SplitMix64(seed: 2022)
        var record = Record()
        for alpha in [0, 0.2, 0.999_999, 1, 1.000_001, 2, 7.5, 60, .infinity] {
            for _ in 0..<20 {
                let utilities = (0..<(1 + generator.int(below: 5))).map { _ in 1 + 6 * generator.unit() }
                let value = try #require(Welfare(alpha: alpha)).of(utilities)
                record.welfare.append(.init(alpha: alpha.isFinite ? alpha : nil, utilities: utilities, value: value))
            }
        }
        for _ in 0..<200 {
            let count = 2 + generator.int(below: 6)
            let ballots = (0..<(1 + generator.int(below: 5))).map { _ in (0..<count).map { _ in Double(generator.int(below: 5)) } }
            record.votes.append(.init(ballots: ballots, ranking: Schulze.ranking(of: ballots, breakingTiesWith: &generator)))
        }
        for regularization in [0.01, 0.1, 1] {
            let rows = (0..<150).map { _ in (0..<4).map { _ in 4 * generator.unit() - 2 } }
            let agreements = rows.map { row -> Int in
                let score = 4 + row[0] - 0.5 * row[1] + 2 * generator.unit() - 1
                return min(7, max(1, Int(score.rounded())))
            }
            var comparisons: [(more: Int, less: Int)] = []
            for more in 0..<150 {
                let first = more / 3 * 3
                for less in first..<(first + 3) where agreements[less] < agreements[more] { comparisons.append((more, less)) }
            }
            let objective = PreferenceObjective(
                rows: rows, agreements: agreements, comparisons: comparisons, regularization: regularization)
            let parameters = objective.minimum
            record.fits.append(
                .init(
                    rows: rows, agreements: agreements, comparisons: comparisons.map { [$0.more, $0.less] },
                    regularization: regularization, parameters: parameters, loss: objective(parameters).value))
        }
        for _ in 0..<20 {
            let one = (0..<40).map { _ in Double(generator.int(below: 7)) }, other = one.map { $0 + Double(generator.int(below: 5)) }
            let value = Ranks.correlation(Ranks.of(one), Ranks.of(other), weights: one.map { _ in 1 })
            record.correlations.append(.init(one: one, other: other, value: value))
        }
        for _ in 0..<3 {
            let groups = (0..<30).map { _ in (0..<5).map { _ in Double(1 + generator.int(below: 7)) } }
            let estimate = Bootstrap(replicates: 20_000, seed: generator.next()).estimate(groups: 30) { weights in
                zip(groups, weights).reduce(0) { $0 + $1.0.reduce(0, +) * $1.1 } / (5 * weights.reduce(0, +))
            }
            record.intervals.append(.init(groups: groups, estimate: estimate))
        }
        for (clusters, spread) in [(2, 0.2), (4, 0.5), (7, 1.0), (12, 2.0)] {
            let truth = (0..<120).map { _ in generator.int(below: clusters) }
            let middles = (0..<clusters).map { _ in (0..<3).map { _ in 6 * generator.unit() } }
            let points = truth.map { part in middles[part].map { $0 + spread * (2 * generator.unit() - 1) } }
            let found = KMeans(points, clusters: clusters, seed: generator.next())
            record.clusterings.append(
                .init(
                    points: points, truth: truth,
                    clusters: .init(assignments: found.assignments, centres: found.centres, inertia: found.inertia),
                    silhouettes: Silhouette.values(of: points, found.assignments),
                    adjustedRandIndex: AdjustedRandIndex.of(truth, found.assignments)))
        }
        for _ in 0..<2 {
            var ratings: [RatedStatement] = []
            for group in 0..<25 {
                for round in 0..<2 {
                    let left = generator.int(below: 4)
                    for member in 0..<4 {
                        for (place, condition) in ["a", "b", "b-exclusion"].enumerated() where generator.unit() < 0.9 {
                            let isLeftOut = condition == "b-exclusion" && member == left
                            let mood = 3 + generator.int(below: 3) + place / 2 - (isLeftOut ? 1 : 0)
                            ratings.append(
                                RatedStatement(
                                    group: "g\(group)", round: "g\(group) r\(round)", member: "g\(group) m\(member)",
                                    condition: condition, statement: "g\(group) r\(round) \(condition)",
                                    agreement: min(7, max(1, mood + generator.int(below: 3) - 1)), quality: 4,
                                    inclusion: isLeftOut ? .excluded : .included))
                        }
                    }
                }
            }
            record.comparisons.append(
                .init(
                    ratings: ratings.map {
                        .init(
                            group: $0.group, round: $0.round, member: $0.member, condition: $0.condition,
                            statement: $0.statement, inclusion: $0.inclusion.rawValue, agreement: $0.agreement)
                    },
                    comparison: ConditionComparison(
                        of: ratings, conditions: ["a", "b", "b-exclusion"], twins: [("b-exclusion", "b")],
                        bootstrap: Bootstrap(replicates: 10_000))))
        }
        #expect(record.votes.count == 200 && record.fits.allSatisfy { $0.loss.isFinite })
        if let path = ProcessInfo.processInfo.environment["CONCORD_SCIENCE_RECORD"] {
            try JSONEncoder().encode(record).write(to: URL(filePath: path))
        }
    }
}
