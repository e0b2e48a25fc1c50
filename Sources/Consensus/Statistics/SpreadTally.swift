// How far a group is apart over statements and over position statements, as sums.

/// The statements of one condition that at least two members of a group rated who had also rated the position statements.
public struct SpreadTally: Sendable, Equatable {
    /// The group's number, from 0.
    public var group: Int
    public var statements: Double
    /// The sum over statements of the standard deviation of those members' agreement with it.
    public var statementSpread: Double
    /// The sum over statements of the mean, over both position statements, of the standard deviation of the same members'
    /// agreement with them.
    public var positionSpread: Double
    /// Statements over which the group is less apart than over the position statements; a tie counts one half.
    public var lessDivisive: Double

    public init(
        group: Int, statements: Double, statementSpread: Double, positionSpread: Double, lessDivisive: Double
    ) {
        self.group = group
        self.statements = statements
        self.statementSpread = statementSpread
        self.positionSpread = positionSpread
        self.lessDivisive = lessDivisive
    }
}
