// How two conditions compare within one group on one question, as sums.

/// The member-rounds of one round in which a member rated statements of both of two conditions.
public struct PairTally: Sendable, Equatable {
    /// The group's number, from 0.
    public var group: Int
    /// The question's number, from 0.
    public var question: Int
    public var memberRounds: Double
    /// Member-rounds in which the member agreed more with the first condition; a tie counts one half.
    public var wins: Double
    /// The sum of agreement with the first minus agreement with the other.
    public var difference: Double

    public init(group: Int, question: Int = 0, memberRounds: Double, wins: Double, difference: Double) {
        self.group = group
        self.question = question
        self.memberRounds = memberRounds
        self.wins = wins
        self.difference = difference
    }

    var winsSum: ClusterSum { ClusterSum(group: group, question: question, count: memberRounds, sum: wins) }
    var differenceSum: ClusterSum { ClusterSum(group: group, question: question, count: memberRounds, sum: difference) }
}
