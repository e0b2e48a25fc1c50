// One rating, as comparisons between conditions count it.

/// A member's rating of a statement.
public struct RatedStatement: Sendable, Equatable {
    /// Whether the member's opinion went into the statement.
    public enum Inclusion: String, Codable, Sendable {
        case included, excluded
        case noOpinion = "no_opinion"
    }

    public var group: String
    public var round: String
    public var member: String
    public var condition: String
    public var statement: String
    /// 1 to 7.
    public var agreement: Int
    /// 1 to 7.
    public var quality: Int
    public var inclusion: Inclusion
    /// The statement's length in words.
    public var words: Int

    public init(
        group: String, round: String, member: String, condition: String, statement: String, agreement: Int, quality: Int,
        inclusion: Inclusion = .included, words: Int = 0
    ) {
        self.group = group
        self.round = round
        self.member = member
        self.condition = condition
        self.statement = statement
        self.agreement = agreement
        self.quality = quality
        self.inclusion = inclusion
        self.words = words
    }
}
