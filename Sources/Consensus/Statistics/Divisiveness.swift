// Whether statements divide a group less than the positions that it began with.

/// How divisive a condition's statements are. The divisiveness of a text for a group is the standard deviation (with n − 1)
/// of its members' agreement with it, in points of the scale from 1 to 7: 0 where all agree alike, 3.46 where two of four
/// agree strongly and two disagree strongly. A statement is compared, within the group and over the same members, with the
/// mean of the two position statements, which they rated before they wrote. Intervals are over groups.
public struct Divisiveness: Codable, Sendable, Equatable {
    public let condition: String
    /// Statements that at least two members rated who had rated the position statements.
    public let statements: Int
    public let ofStatements: Estimate
    public let ofPositions: Estimate
    /// Statements minus positions: below 0 where statements divide less.
    public let difference: Estimate
    /// The share of statements that divide their group less than the position statements; a tie counts one half.
    public let lessDivisive: Estimate

    public init(condition: String, tallies: [SpreadTally], clusters: Clusters) {
        self.condition = condition
        statements = Int(tallies.reduce(0) { $0 + $1.statements })
        func mean(_ sum: (SpreadTally) -> Double) -> Estimate {
            clusters.estimate(
                clusters.grouped(tallies.map { ClusterSum(group: $0.group, count: $0.statements, sum: sum($0)) }))
        }
        ofStatements = mean(\.statementSpread)
        ofPositions = mean(\.positionSpread)
        difference = mean { $0.statementSpread - $0.positionSpread }
        lessDivisive = mean(\.lessDivisive)
    }
}
