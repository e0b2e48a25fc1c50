import Consensus
import Foundation
import Testing

@Suite("A comparison of conditions")
struct ConditionComparisonTests {
    /// One member's ratings of a round, by condition.
    private func round(
        _ group: String, _ member: String, _ agreements: [String: Int], excluded: Set<String> = []
    ) -> [RatedStatement] {
        agreements.sorted { $0.key < $1.key }.map { condition, agreement in
            RatedStatement(
                group: group, round: "\(group)-1", member: member, condition: condition,
                statement: "\(group) \(condition)", agreement: agreement, quality: 4,
                inclusion: excluded.contains(condition) ? .excluded : .included, words: condition == "a" ? 10 : 20)
        }
    }

    private var ratings: [RatedStatement] {
        round("g1", "m1", ["a": 5, "b": 3]) + round("g1", "m2", ["a": 4, "b": 4])
            + round("g2", "m3", ["a": 2, "b": 6], excluded: ["b"]) + round("g2", "m4", ["a": 7, "b": 1])
            + round("g2", "m5", ["a": 6])
    }

    @Test("gives the means, minima and wins that are worked out by hand")
    func byHand() throws {
        let comparison = ConditionComparison(of: ratings, conditions: ["a", "b", "never shown"])
        #expect(comparison.groups == 2)
        #expect(comparison.lines.map(\.condition) == ["a", "b"])
        let a = comparison.lines[0], b = comparison.lines[1]
        #expect(a.ratings == 5 && a.statements == 2 && a.words.value == 10)
        #expect(abs(a.agreement.value - 4.8) < 1e-12)
        #expect(a.leastAgreement.value == 3, "4 in one group, 2 in the other")
        #expect(b.agreement.value == 3.5 && b.quality.value == 4 && b.words.value == 20)
        let pair = try #require(comparison.pairs.first)
        #expect(comparison.pairs.count == 1)
        #expect(pair.one == "a" && pair.other == "b")
        #expect(pair.memberRounds == 4, "one member rated only one of them")
        #expect(pair.winRate.value == 2.5 / 4, "two wins, a tie, a loss")
        #expect(pair.difference.value == 1, "2, 0, -4 and 6")
    }

    @Test("takes the exclusion effect as a difference of differences, beside the plain one")
    func exclusion() throws {
        let comparison = ConditionComparison(
            of: ratings, conditions: ["a", "b"], twins: [(exclusion: "b", full: "a"), (exclusion: "no", full: "a")])
        let effect = try #require(comparison.exclusions.first)
        #expect(comparison.exclusions.count == 1)
        #expect(effect.excluded == 1 && effect.included == 3)
        let ofExcluded = 2.0 - 6.0, ofIncluded = 8.0 / 3
        #expect(abs(effect.effect.value - (ofExcluded - ofIncluded)) < 1e-12)
        #expect(abs(effect.plainDifference.value - (8.0 / 3 - 6.0)) < 1e-12)
    }

    @Test("lets a member's mean stand for several statements of a condition")
    func several() {
        let ratings = [("one", 7), ("two", 1)].map { statement, agreement in
            RatedStatement(
                group: "g", round: "r", member: "m", condition: "a", statement: statement, agreement: agreement, quality: 1)
        } + [RatedStatement(group: "g", round: "r", member: "m", condition: "b", statement: "s", agreement: 4, quality: 1)]
        let pair = ConditionComparison(of: ratings, conditions: ["a", "b"]).pairs[0]
        #expect(pair.winRate.value == 0.5 && pair.difference.value == 0 && pair.memberRounds == 1)
    }

    @Test("of nothing is empty; what cannot be estimated is null in JSON and comes back as no number")
    func nothing() throws {
        let comparison = ConditionComparison(of: [], conditions: ["a"], twins: [("a", "b")])
        #expect(comparison.groups == 0 && comparison.lines.isEmpty && comparison.pairs.isEmpty && comparison.exclusions.isEmpty)
        let estimate = Estimate(value: .nan, low: .nan, high: 2)
        let text = String(decoding: try JSONEncoder().encode(estimate), as: UTF8.self)
        #expect(text.contains("null"))
        let back = try JSONDecoder().decode(Estimate.self, from: Data(text.utf8))
        #expect(back.value.isNaN && back.low.isNaN && back.high == 2)
        #expect(Estimate(value: 1, low: 0.5, high: 2).excludes(0) && !Estimate(value: 1, low: -1, high: 2).excludes(0))
    }
}
