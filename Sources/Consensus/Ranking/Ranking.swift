// Putting statements in order by what members think of them. Pure.

import LanguageModel

/// Statements in the order of a rule, best first.
public struct Ranking: Sendable, Equatable {
    /// The statements' places, best first.
    public let order: [Int]
    /// The welfare of each statement, by place; nil under a vote, which has none.
    public let welfares: [Double]?

    /// By welfare.
    /// - Parameters:
    ///   - agreements: a row per member, a column per statement; nil where a member is not asked, such as an author.
    ///   - generator: decides among statements of equal welfare.
    public init(
        _ agreements: [[Double?]], by welfare: Welfare, breakingTiesWith generator: inout SplitMix64
    ) {
        let count = agreements.first?.count ?? 0
        let welfares = (0..<count).map { place in welfare.ofAgreements(agreements.compactMap { $0[place] }) }
        var shuffled = Array(0..<count)
        generator.shuffle(&shuffled)
        // Where nobody could be asked there is no welfare, and such a statement comes last.
        func value(_ place: Int) -> Double { welfares[place].isNaN ? -.infinity : welfares[place] }
        order = shuffled.enumerated()
            .sorted { (value($1.element), $0.offset) < (value($0.element), $1.offset) }
            .map(\.element)
        self.welfares = welfares
    }

    /// By a Schulze vote, each member preferring what they agree with more.
    public init(voteOf agreements: [[Double]], breakingTiesWith generator: inout SplitMix64) {
        order = Schulze.ranking(of: agreements, breakingTiesWith: &generator)
        welfares = nil
    }
}
