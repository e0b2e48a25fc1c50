// How conditions compare, from the ratings that members gave side by side.

/// Comparisons between the conditions of a study. Every interval is from a bootstrap over groups (``Bootstrap``), because
/// ratings within a group are not independent.
public struct ConditionComparison: Codable, Sendable, Equatable {
    /// One condition by itself.
    public struct Line: Codable, Sendable, Equatable {
        public let condition: String
        public let statements: Int
        public let ratings: Int
        public let agreement: Estimate
        /// The least agreement of any member with a statement, averaged over statements.
        public let leastAgreement: Estimate
        public let quality: Estimate
        /// The mean length of its statements, in words.
        public let words: Double
    }

    /// Two conditions, over the member-rounds in which a member rated both. Where a member rated several statements of a
    /// condition, their mean stands for it.
    public struct Pair: Codable, Sendable, Equatable {
        public let one: String
        public let other: String
        public let memberRounds: Int
        /// The share of member-rounds in which the member agreed more with `one`; a tie counts one half.
        public let winRate: Estimate
        /// The mean of agreement with `one` minus agreement with `other`.
        public let difference: Estimate
    }

    /// What silent exclusion does (Bakker et al. 2022, section 4.4), from an exclusion condition and its full twin.
    public struct ExclusionEffect: Codable, Sendable, Equatable {
        public let exclusion: String
        public let full: String
        /// Member-rounds in which the member was left out, and rated both.
        public let excluded: Int
        /// Member-rounds in which the member was not, and rated both.
        public let included: Int
        /// The difference of differences: (full − exclusion among the excluded) − (the same among the included). Above 0
        /// where being left out costs agreement, beyond what fewer opinions cost everybody.
        public let effect: Estimate
        /// As the paper reports it: agreement with the exclusion condition's statements among the included, minus that
        /// among the excluded.
        public let plainDifference: Estimate
    }

    public let groups: Int
    public let lines: [Line]
    /// Each pair once, in the order of the conditions.
    public let pairs: [Pair]
    public let exclusions: [ExclusionEffect]

    /// - Parameters:
    ///   - ratings: of statements proper, that is without attention checks and people's ratings of their own words.
    ///   - conditions: their names, in the order to report them in.
    ///   - twins: an exclusion condition and its full twin each.
    public init(
        of ratings: [RatedStatement], conditions: [String], twins: [(exclusion: String, full: String)] = [],
        bootstrap: Bootstrap = Bootstrap()
    ) {
        let ids = Dictionary(
            uniqueKeysWithValues: Set(ratings.map(\.group)).sorted().enumerated().map { ($1, $0) })
        let count = ids.count
        func estimate(_ mean: GroupedMean) -> Estimate { bootstrap.estimate(groups: count) { mean.mean($0) } }
        func grouped(_ values: some Sequence<(group: String, value: Double)>) -> GroupedMean {
            values.reduce(into: GroupedMean(groups: count)) { $0.add($1.value, group: ids[$1.group] ?? 0) }
        }

        let byCondition = Dictionary(grouping: ratings, by: \.condition)
        lines = conditions.compactMap { condition in
            guard let own = byCondition[condition], !own.isEmpty else { return nil }
            let statements = Dictionary(grouping: own, by: \.statement)
            let least = statements.values.map { ratings in
                (group: ratings[0].group, value: Double(ratings.map(\.agreement).min() ?? 0))
            }
            return Line(
                condition: condition, statements: statements.count, ratings: own.count,
                agreement: estimate(grouped(own.map { ($0.group, Double($0.agreement)) })),
                leastAgreement: estimate(grouped(least)),
                quality: estimate(grouped(own.map { ($0.group, Double($0.quality)) })),
                words: statements.values.reduce(0) { $0 + Double($1[0].words) } / Double(statements.count))
        }

        // What each member made of each condition in each round, in a fixed order.
        struct MemberRound {
            let group: String
            let inclusion: [String: RatedStatement.Inclusion]
            let agreement: [String: Double]
        }
        let memberRounds = Dictionary(grouping: ratings) { [$0.round, $0.member] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map { _, own in
                let parts = Dictionary(grouping: own, by: \.condition)
                return MemberRound(
                    group: own[0].group, inclusion: parts.mapValues { $0[0].inclusion },
                    agreement: parts.mapValues { part in
                        part.reduce(0) { $0 + Double($1.agreement) } / Double(part.count)
                    })
            }
        func both(_ one: String, _ other: String) -> [(round: MemberRound, one: Double, other: Double)] {
            memberRounds.compactMap { round in
                guard let a = round.agreement[one], let b = round.agreement[other] else { return nil }
                return (round, a, b)
            }
        }
        let shown = lines.map(\.condition)
        pairs = shown.enumerated().flatMap { index, one in
            shown[(index + 1)...].compactMap { other in
                let rated = both(one, other)
                guard !rated.isEmpty else { return nil }
                return Pair(
                    one: one, other: other, memberRounds: rated.count,
                    winRate: estimate(
                        grouped(rated.map { ($0.round.group, $0.one > $0.other ? 1 : $0.one == $0.other ? 0.5 : 0) })),
                    difference: estimate(grouped(rated.map { ($0.round.group, $0.one - $0.other) })))
            }
        }
        exclusions = twins.compactMap { exclusion, full in
            let rated = both(full, exclusion)
            func of(_ inclusion: RatedStatement.Inclusion) -> [(round: MemberRound, one: Double, other: Double)] {
                rated.filter { $0.round.inclusion[exclusion] == inclusion }
            }
            let excluded = of(.excluded), included = of(.included)
            guard !excluded.isEmpty, !included.isEmpty else { return nil }
            let lossOfExcluded = grouped(excluded.map { ($0.round.group, $0.one - $0.other) })
            let lossOfIncluded = grouped(included.map { ($0.round.group, $0.one - $0.other) })
            let ofExcluded = grouped(excluded.map { ($0.round.group, $0.other) })
            let ofIncluded = grouped(included.map { ($0.round.group, $0.other) })
            return ExclusionEffect(
                exclusion: exclusion, full: full, excluded: excluded.count, included: included.count,
                effect: bootstrap.estimate(groups: count) { lossOfExcluded.mean($0) - lossOfIncluded.mean($0) },
                plainDifference: bootstrap.estimate(groups: count) { ofIncluded.mean($0) - ofExcluded.mean($0) })
        }
        groups = count
    }
}
