// What a group made of one condition on one question, as sums.

/// The ratings that one group gave the statements of one condition in one round. Everything that is estimated of a condition
/// is a ratio of such sums, so the ratings themselves need not be held.
public struct ConditionTally: Sendable, Equatable {
    /// The group's number, from 0.
    public var group: Int
    /// The question's number, from 0.
    public var question: Int
    public var ratings: Double
    public var agreement: Double
    public var quality: Double
    public var statements: Double
    /// The sum over statements of the least agreement of any member.
    public var leastAgreement: Double
    /// Statements whose text is there, and their words; texts that were erased have no length.
    public var texts: Double
    public var words: Double

    public init(
        group: Int, question: Int = 0, ratings: Double, agreement: Double, quality: Double, statements: Double,
        leastAgreement: Double, texts: Double, words: Double
    ) {
        self.group = group
        self.question = question
        self.ratings = ratings
        self.agreement = agreement
        self.quality = quality
        self.statements = statements
        self.leastAgreement = leastAgreement
        self.texts = texts
        self.words = words
    }

    var agreementSum: ClusterSum { ClusterSum(group: group, question: question, count: ratings, sum: agreement) }
    var qualitySum: ClusterSum { ClusterSum(group: group, question: question, count: ratings, sum: quality) }
    var leastAgreementSum: ClusterSum { ClusterSum(group: group, question: question, count: statements, sum: leastAgreement) }
    var wordsSum: ClusterSum { ClusterSum(group: group, question: question, count: texts, sum: words) }
}
