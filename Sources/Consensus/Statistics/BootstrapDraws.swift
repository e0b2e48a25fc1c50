// The draws of a bootstrap, made once for all estimates over the same groups and questions.

import LanguageModel

/// How often every group, and every question, counts in each replicate. The same whatever is estimated, as the generator begins
/// with the bootstrap's seed.
struct BootstrapDraws: Sendable {
    private let groups: Int
    private let questions: Int
    private let replicates: Int
    /// Per replicate, of the groups and then of the questions. Sixteen bits are enough: that one of n groups is drawn 65,536
    /// times in n draws has no probability to speak of.
    private let weights: [UInt16]

    /// - Parameters:
    ///   - groups: how many there are.
    ///   - questions: the numbers of the questions of each split, one range after the other from 0.
    init(_ bootstrap: Bootstrap, groups: Int, questions: [Range<Int>]) {
        let count = questions.last?.upperBound ?? 0
        self.groups = groups
        self.questions = count
        replicates = groups > 0 ? bootstrap.replicates : 0
        var generator = SplitMix64(seed: bootstrap.seed)
        var weights = [UInt16](repeating: 0, count: replicates * (groups + count))
        for replicate in 0..<replicates {
            let ofGroups = replicate * (groups + count), ofQuestions = ofGroups + groups
            for _ in 0..<groups { weights[ofGroups + generator.int(below: groups)] += 1 }
            for split in questions {
                for _ in split { weights[ofQuestions + split.lowerBound + generator.int(below: split.count)] += 1 }
            }
        }
        self.weights = weights
    }

    /// - Parameter statistic: the estimate when group g and question q count as often as the weights say; not a number where it
    ///   has none.
    func estimate(_ statistic: (_ groups: [Double], _ questions: [Double]) -> Double) -> Estimate {
        var ofGroups = [Double](repeating: 1, count: groups), ofQuestions = [Double](repeating: 1, count: questions)
        let value = statistic(ofGroups, ofQuestions)
        var values: [Double] = []
        values.reserveCapacity(replicates)
        for replicate in 0..<replicates {
            let start = replicate * (groups + questions)
            for group in 0..<groups { ofGroups[group] = Double(weights[start + group]) }
            for question in 0..<questions { ofQuestions[question] = Double(weights[start + groups + question]) }
            let estimate = statistic(ofGroups, ofQuestions)
            if estimate.isFinite { values.append(estimate) }
        }
        values.sort()
        return Estimate(value: value, low: Bootstrap.percentile(values, 0.025), high: Bootstrap.percentile(values, 0.975))
    }
}
