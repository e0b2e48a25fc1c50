// How much an estimate would vary if other groups, or other groups and other questions, had been drawn.

/// The cluster bootstrap (Davison & Hinkley 1997, "Bootstrap methods and their application", section 3.8): whole groups
/// are drawn with replacement, because ratings within one are not independent, and the estimate is computed anew from
/// each draw. The interval is between the 2.5th and the 97.5th percentile.
///
/// Where questions are a sample too, groups and questions are drawn, each by themselves, and a rating counts as often as
/// its group times as often as its question (Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1:386).
public struct Bootstrap: Codable, Sendable, Equatable {
    public let replicates: Int
    public let seed: UInt64

    public init(replicates: Int = 1_000, seed: UInt64 = 1) {
        self.replicates = replicates
        self.seed = seed
    }

    /// - Parameters:
    ///   - groups: how many there are.
    ///   - statistic: the estimate when group g counts as often as the weights say; not a number where it has none.
    public func estimate(groups: Int, _ statistic: ([Double]) -> Double) -> Estimate {
        estimate(groups: groups, questions: []) { weights, _ in statistic(weights) }
    }

    /// - Parameters:
    ///   - groups: how many there are.
    ///   - questions: the numbers of the questions of each split, one range after the other from 0. Questions are drawn
    ///     within their split, whose size the study fixed.
    ///   - statistic: the estimate when group g and question q count as often as the weights say; not a number where it
    ///     has none.
    public func estimate(
        groups: Int, questions: [Range<Int>], _ statistic: (_ groups: [Double], _ questions: [Double]) -> Double
    ) -> Estimate {
        BootstrapDraws(self, groups: groups, questions: questions).estimate(statistic)
    }

    /// Between neighbours, linearly; not a number of nothing.
    static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let place = share * Double(last)
        let below = Int(place), above = min(below + 1, last)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
