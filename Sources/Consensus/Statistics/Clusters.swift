// What a study's ratings are clustered by.

/// The groups and the questions of a study's ratings, numbered from 0, and how intervals are taken over them. Making it draws
/// every replicate, which takes a while where there are thousands of groups.
public struct Clusters: Sendable {
    public let groups: Int
    private let ofGroups: BootstrapDraws
    private let ofBoth: BootstrapDraws

    /// - Parameter questions: the numbers of the questions of each split, one range after the other from 0; none where they do not
    ///   matter.
    public init(groups: Int, questions: [Range<Int>] = [], bootstrap: Bootstrap = Bootstrap()) {
        self.groups = groups
        ofGroups = BootstrapDraws(bootstrap, groups: groups, questions: [])
        ofBoth = questions.isEmpty ? ofGroups : BootstrapDraws(bootstrap, groups: groups, questions: questions)
    }

    /// An interval over groups.
    func estimate(_ statistic: ([Double]) -> Double) -> Estimate { ofGroups.estimate { weights, _ in statistic(weights) } }

    /// The mean with an interval over groups.
    func estimate(_ mean: GroupedMean) -> Estimate { estimate { mean.mean($0) } }

    /// An interval over groups and questions.
    func crossed(_ statistic: ([Double], [Double]) -> Double) -> Estimate {
        ofBoth.estimate(statistic)
    }

    /// The mean with an interval over groups and questions.
    func crossed(_ mean: CrossedMean) -> Estimate { crossed { mean.mean($0, $1) } }

    /// The sums by group.
    func grouped(_ sums: some Sequence<ClusterSum>) -> GroupedMean {
        sums.reduce(into: GroupedMean(groups: groups)) { $0.add(sum: $1.sum, count: $1.count, group: $1.group) }
    }
}
