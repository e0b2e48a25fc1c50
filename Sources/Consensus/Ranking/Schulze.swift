// A vote over candidates.

import LanguageModel

/// The Schulze method (Schulze 2011, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent
/// single-winner election method"), with the strength of a victory measured by its winning votes. A candidate beats
/// another when the strongest path to it is stronger than the one back; a path is as strong as its weakest victory.
public enum Schulze {
    /// The candidates in the order of the vote, best first.
    /// - Parameters:
    ///   - ballots: per member, a score for each candidate, a higher one being preferred; equal scores prefer neither.
    ///   - generator: decides among candidates of which none beats the other.
    /// - Returns: their places in the ballots.
    public static func ranking(of ballots: [[Double]], breakingTiesWith generator: inout SplitMix64) -> [Int] {
        let count = ballots.first?.count ?? 0
        let strengths = strengths(of: ballots)
        var order = Array(0..<count)
        generator.shuffle(&order)
        // How many others each beats: the relation is transitive, so that whoever beats another beats all that it beats.
        let beaten = order.map { one in order.count { strengths[one][$0] > strengths[$0][one] } }
        return zip(order, beaten).enumerated()
            .sorted { ($1.element.1, $0.offset) < ($0.element.1, $1.offset) }
            .map(\.element.0)
    }

    /// The strength of the strongest path from each candidate to each other.
    static func strengths(of ballots: [[Double]]) -> [[Int]] {
        let count = ballots.first?.count ?? 0
        var strengths = (0..<count).map { one in
            (0..<count).map { other in
                let forOne = ballots.count { $0[one] > $0[other] }, forOther = ballots.count { $0[other] > $0[one] }
                return forOne > forOther ? forOne : 0
            }
        }
        for between in 0..<count {
            for from in 0..<count where from != between {
                for to in 0..<count where to != between && to != from {
                    strengths[from][to] = max(
                        strengths[from][to], min(strengths[from][between], strengths[between][to]))
                }
            }
        }
        return strengths
    }
}
