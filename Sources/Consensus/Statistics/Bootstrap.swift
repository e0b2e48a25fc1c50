// How much an estimate would vary if other groups had taken part.

import Foundation
import LanguageModel

/// The cluster bootstrap (Davison & Hinkley 1997, "Bootstrap methods and their application", section 3.8): whole groups
/// are drawn with replacement, because ratings within one are not independent, and the estimate is computed anew from
/// each draw. The interval is between the 2.5th and the 97.5th percentile.
public struct Bootstrap: Sendable {
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
        var generator = SplitMix64(seed: seed)
        let value = statistic([Double](repeating: 1, count: groups))
        var values: [Double] = []
        for _ in 0..<replicates where groups > 0 {
            var weights = [Double](repeating: 0, count: groups)
            for _ in 0..<groups { weights[generator.int(below: groups)] += 1 }
            let replicate = statistic(weights)
            if replicate.isFinite { values.append(replicate) }
        }
        values.sort()
        return Estimate(value: value, low: Self.percentile(values, 0.025), high: Self.percentile(values, 0.975))
    }

    /// Between neighbours, linearly; not a number of nothing.
    static func percentile(_ sorted: [Double], _ share: Double) -> Double {
        guard let last = sorted.indices.last else { return .nan }
        let place = share * Double(last)
        let below = Int(place), above = min(below + 1, last)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }
}
