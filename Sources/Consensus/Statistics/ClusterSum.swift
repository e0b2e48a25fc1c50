// A sum over the ratings of one group on one question.

/// How many values a group has on a question, and their sum.
public struct ClusterSum: Sendable, Equatable {
    /// The group's number, from 0.
    public var group: Int
    /// The question's number, from 0.
    public var question: Int
    public var count: Double
    public var sum: Double

    public init(group: Int, question: Int = 0, count: Double, sum: Double) {
        self.group = group
        self.question = question
        self.count = count
        self.sum = sum
    }
}
