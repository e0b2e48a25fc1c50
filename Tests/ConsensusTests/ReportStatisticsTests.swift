import Consensus
import Foundation
import LanguageModel
import Testing

@Suite("The statistics of a report") struct ReportStatisticsTests {
    private let clusters = Clusters(groups: 2, bootstrap: Bootstrap(replicates: 200))

    @Test("draw as many groups as there are, and as many questions of each split as it has")
    func crossed() {
        var draws = 0
        let estimate = Bootstrap(replicates: 100, seed: 4).estimate(groups: 7, questions: [0..<3, 3..<8]) { groups, questions in
            #expect(groups.count == 7 && groups.reduce(0, +) == 7)
            #expect(questions.count == 8 && questions[..<3].reduce(0, +) == 3 && questions[3...].reduce(0, +) == 5)
            draws += 1
            return groups[0] * questions[0]
        }
        #expect(draws == 101 && estimate.value == 1 && estimate.low == 0 && estimate.high > 1)
        // With nothing to draw from there is no interval.
        let none = Bootstrap(replicates: 10).estimate(groups: 0, questions: []) { _, _ in .nan }
        #expect(none.value.isNaN && none.low.isNaN && none.high.isNaN)
    }

    @Test("over groups alone are the same whether or not questions are named, and wider over both")
    func wider() {
        var chance = SplitMix64(seed: 3)
        let tallies = (0..<30).flatMap { group in
            (0..<4).map { question in
                ConditionTally(
                    group: group, question: question, ratings: 4, agreement: Double(8 + 4 * question + chance.int(below: 5)),
                    quality: 16, statements: 1, leastAgreement: 1, texts: 1, words: 10)
            }
        }
        let clusters = Clusters(groups: 30, questions: [0..<4])
        let overGroups = ConditionComparison.Line(condition: "a", tallies: tallies, clusters: clusters).agreement
        let overBoth = SplitComparison.Line(split: "iid_test", condition: "a", tallies: tallies, clusters: clusters).agreement
        #expect(overGroups == ConditionComparison.Line(condition: "a", tallies: tallies, clusters: Clusters(groups: 30)).agreement)
        // What is drawn once for all estimates is what is drawn for each.
        let sums = Dictionary(grouping: tallies, by: \.group).mapValues { own in own.reduce(0) { $0 + $1.agreement } }
        let alone = Bootstrap().estimate(groups: 30) { weights in
            (0..<30).reduce(0) { $0 + weights[$1] * (sums[$1] ?? 0) } / (16 * weights.reduce(0, +))
        }
        #expect(overGroups == alone)
        #expect(overBoth.value == overGroups.value)
        #expect(overBoth.high - overBoth.low > 3 * (overGroups.high - overGroups.low), "questions differ more than groups here")
    }

    @Test("take divisiveness as the mean of standard deviations over statements, beside that of the positions")
    func divisiveness() {
        let found = Divisiveness(
            condition: "a",
            tallies: [
                SpreadTally(group: 0, statements: 2, statementSpread: 3, positionSpread: 4, lessDivisive: 1.5),
                SpreadTally(group: 1, statements: 1, statementSpread: 0, positionSpread: 2, lessDivisive: 1),
            ], clusters: clusters)
        #expect(found.statements == 3 && found.ofStatements.value == 1 && found.ofPositions.value == 2)
        #expect(found.difference.value == -1 && abs(found.lessDivisive.value - 2.5 / 3) < 1e-12)
    }

    @Test("correlate ranks from their sums as Spearman does from the ratings, and know when nothing varies")
    func predictions() {
        let predicted = [1.5, 2, 2, 6, 3, 7], given = [1.0, 3, 2, 6, 6, 5], group = [0, 0, 0, 1, 1, 1]
        func centred(_ values: [Double]) -> [Double] { Ranks.of(values).map { $0 - Double(values.count + 1) / 2 } }
        func tallies(_ given: [Double]) -> [PredictionTally] {
            let x = centred(predicted), y = centred(given)
            return (0..<2).map { number in
                let own = given.indices.filter { group[$0] == number }
                func sum(_ part: (Int) -> Double) -> Double { own.reduce(0) { $0 + part($1) } }
                return PredictionTally(
                    group: number, ratings: 3, comparisons: number == 0 ? 2 : 0, right: number == 0 ? 1.5 : 0,
                    error: sum { predicted[$0] - given[$0] }, absoluteError: sum { abs(predicted[$0] - given[$0]) },
                    x: sum { x[$0] }, y: sum { y[$0] }, xx: sum { x[$0] * x[$0] }, yy: sum { y[$0] * y[$0] },
                    xy: sum { x[$0] * y[$0] })
            }
        }
        let found = PredictionAccuracy(model: "taste@1", tallies: tallies(given), clusters: clusters)
        let expected = Ranks.correlation(Ranks.of(predicted), Ranks.of(given), weights: predicted.map { _ in 1 })
        #expect(abs(found.rankCorrelation.value - expected) < 1e-12)
        #expect(found.ratings == 6 && found.comparisons == 2 && found.pairwiseAccuracy.value == 0.75)
        #expect(abs(found.meanError.value - -1.5 / 6) < 1e-12 && abs(found.meanAbsoluteError.value - 6.5 / 6) < 1e-12)
        let flat = PredictionAccuracy(model: "taste@1", tallies: tallies([4, 4, 4, 4, 4, 4]), clusters: clusters)
        #expect(flat.rankCorrelation.value.isNaN)
    }
}
