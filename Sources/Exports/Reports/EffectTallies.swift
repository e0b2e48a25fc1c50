// What estimates by condition are made from.

import Consensus

/// The sums of the ratings that count, read in one snapshot. Estimates are made from them when the transaction is over: a
/// thousand replicates of each take a while.
struct EffectTallies: Sendable {
    struct Pair: Sendable {
        let one: String
        let other: String
        let tallies: [PairTally]
    }

    struct Twins: Sendable {
        let exclusion: String
        let full: String
        let tallies: [ExclusionTally]
    }

    let groups: Int
    let splits: [(name: String, questions: Range<Int>)]
    let conditions: [String]
    let ofConditions: [String: [ConditionTally]]
    /// Each pair once, in the order of the conditions.
    let ofPairs: [Pair]
    let ofTwins: [Twins]
    let spreads: [String: [SpreadTally]]
    let distributions: [RatingDistribution]

    /// What the ratings are clustered by.
    func clusters(_ bootstrap: Bootstrap, bySplit: Bool) -> Clusters {
        Clusters(groups: groups, questions: bySplit ? splits.map(\.questions) : [], bootstrap: bootstrap)
    }

    /// By condition, by pair, and by twins.
    func comparison(_ clusters: Clusters) -> ConditionComparison {
        ConditionComparison(
            groups: groups,
            lines: conditions.map { .init(condition: $0, tallies: ofConditions[$0] ?? [], clusters: clusters) },
            pairs: ofPairs.compactMap { ConditionComparison.Pair(one: $0.one, other: $0.other, tallies: $0.tallies, clusters: clusters) },
            exclusions: ofTwins.compactMap {
                ConditionComparison.ExclusionEffect(exclusion: $0.exclusion, full: $0.full, tallies: $0.tallies, clusters: clusters)
            })
    }

    /// The same by split of the questions, and what conditions lose from one split to another.
    func bySplit(_ clusters: Clusters) -> SplitComparison {
        func tallies(of condition: String, on questions: Range<Int>) -> [ConditionTally] {
            (ofConditions[condition] ?? []).filter { questions.contains($0.question) }
        }
        let inside = splits.first { $0.name == "iid_test" }?.questions, outside = splits.first { $0.name == "ood_test" }?.questions
        return SplitComparison(
            lines: conditions.flatMap { condition in
                splits.compactMap { split -> SplitComparison.Line? in
                    let own = tallies(of: condition, on: split.questions)
                    return own.isEmpty ? nil : SplitComparison.Line(split: split.name, condition: condition, tallies: own, clusters: clusters)
                }
            },
            pairs: ofPairs.flatMap { pair in
                splits.compactMap { split in
                    SplitComparison.Pair(
                        split: split.name, one: pair.one, other: pair.other,
                        tallies: pair.tallies.filter { split.questions.contains($0.question) }, clusters: clusters)
                }
            },
            losses: conditions.compactMap { condition -> SplitComparison.Loss? in
                guard let inside, let outside else { return nil }
                let within = tallies(of: condition, on: inside), beyond = tallies(of: condition, on: outside)
                guard !within.isEmpty, !beyond.isEmpty else { return nil }
                return SplitComparison.Loss(condition: condition, inside: within, outside: beyond, clusters: clusters)
            })
    }

    /// How far groups are apart over statements and over position statements.
    func divisiveness(_ clusters: Clusters) -> [Divisiveness] {
        conditions.compactMap { condition in
            spreads[condition].map { Divisiveness(condition: condition, tallies: $0, clusters: clusters) }
        }
    }
}
