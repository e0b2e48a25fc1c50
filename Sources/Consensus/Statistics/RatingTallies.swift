// The sums that comparisons of conditions are made from, of ratings that are held in memory.

/// Ratings, summed by group and round.
struct RatingTallies {
    /// How many groups there are.
    let groups: Int
    let ofCondition: [String: [ConditionTally]]

    /// What a member made of each condition in a round.
    private struct MemberRound {
        let group: Int
        let inclusion: [String: RatedStatement.Inclusion]
        let agreement: [String: Double]
    }

    private let memberRounds: [MemberRound]

    init(of ratings: [RatedStatement]) {
        let numbers = Dictionary(
            uniqueKeysWithValues: Set(ratings.map(\.group)).sorted().enumerated().map { ($1, $0) })
        groups = numbers.count
        ofCondition = Dictionary(grouping: ratings, by: \.condition).mapValues { own in
            Dictionary(grouping: own, by: \.round).sorted { $0.key < $1.key }.map { _, ratings in
                let statements = Dictionary(grouping: ratings, by: \.statement).values
                return ConditionTally(
                    group: numbers[ratings[0].group] ?? 0, ratings: Double(ratings.count),
                    agreement: ratings.reduce(0) { $0 + Double($1.agreement) },
                    quality: ratings.reduce(0) { $0 + Double($1.quality) }, statements: Double(statements.count),
                    leastAgreement: statements.reduce(0) { $0 + Double($1.map(\.agreement).min() ?? 0) },
                    texts: Double(statements.count), words: statements.reduce(0) { $0 + Double($1[0].words) })
            }
        }
        // In a fixed order, so that sums come out the same.
        memberRounds = Dictionary(grouping: ratings) { [$0.round, $0.member] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { _, own in
                let parts = Dictionary(grouping: own, by: \.condition)
                return MemberRound(
                    group: numbers[own[0].group] ?? 0, inclusion: parts.mapValues { $0[0].inclusion },
                    agreement: parts.mapValues { part in
                        part.reduce(0) { $0 + Double($1.agreement) } / Double(part.count)
                    })
            }
    }

    /// The member-rounds in which both conditions were rated.
    func ofPair(_ one: String, _ other: String) -> [PairTally] {
        memberRounds.compactMap { round in
            guard let a = round.agreement[one], let b = round.agreement[other] else { return nil }
            return PairTally(
                group: round.group, memberRounds: 1, wins: a > b ? 1 : a == b ? 0.5 : 0, difference: a - b)
        }
    }

    /// The member-rounds in which both twins were rated by a member who had written an opinion.
    func ofTwins(exclusion: String, full: String) -> [ExclusionTally] {
        memberRounds.compactMap { round in
            guard let a = round.agreement[full], let b = round.agreement[exclusion] else { return nil }
            let isExcluded = round.inclusion[exclusion] == .excluded, isIncluded = round.inclusion[exclusion] == .included
            return ExclusionTally(
                group: round.group, excluded: isExcluded ? 1 : 0, lossOfExcluded: isExcluded ? a - b : 0,
                agreementOfExcluded: isExcluded ? b : 0, included: isIncluded ? 1 : 0,
                lossOfIncluded: isIncluded ? a - b : 0, agreementOfIncluded: isIncluded ? b : 0)
        }
    }
}
