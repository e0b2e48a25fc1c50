// What somebody makes of a statement.

/// The rating of a statement: agreement from 1 (strongly disagree) to 7 (strongly agree), quality from 1 (terrible) to
/// 7 (excellent).
public struct StatementRating: Codable, Sendable, Hashable {
    public var agreement: Int
    public var quality: Int

    public init(agreement: Int, quality: Int) {
        self.agreement = agreement
        self.quality = quality
    }
}
