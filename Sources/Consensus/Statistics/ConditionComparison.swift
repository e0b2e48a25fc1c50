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
        /// The mean length of its statements, in words; texts that were erased are left out.
        public let words: Estimate

        public init(condition: String, tallies: [ConditionTally], clusters: Clusters) {
            self.condition = condition
            statements = Int(tallies.reduce(0) { $0 + $1.statements })
            ratings = Int(tallies.reduce(0) { $0 + $1.ratings })
            func estimate(_ part: KeyPath<ConditionTally, ClusterSum>) -> Estimate {
                clusters.estimate(clusters.grouped(tallies.lazy.map { $0[keyPath: part] }))
            }
            agreement = estimate(\.agreementSum)
            leastAgreement = estimate(\.leastAgreementSum)
            quality = estimate(\.qualitySum)
            words = estimate(\.wordsSum)
        }
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

        /// - Returns: nil where nobody rated both.
        public init?(one: String, other: String, tallies: [PairTally], clusters: Clusters) {
            memberRounds = Int(tallies.reduce(0) { $0 + $1.memberRounds })
            guard memberRounds > 0 else { return nil }
            self.one = one
            self.other = other
            winRate = clusters.estimate(clusters.grouped(tallies.lazy.map(\.winsSum)))
            difference = clusters.estimate(clusters.grouped(tallies.lazy.map(\.differenceSum)))
        }
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

        /// - Returns: nil where nobody who was left out, or nobody who was not, rated both.
        public init?(exclusion: String, full: String, tallies: [ExclusionTally], clusters: Clusters) {
            self.exclusion = exclusion
            self.full = full
            excluded = Int(tallies.reduce(0) { $0 + $1.excluded })
            included = Int(tallies.reduce(0) { $0 + $1.included })
            guard excluded > 0, included > 0 else { return nil }
            func mean(
                _ count: KeyPath<ExclusionTally, Double>, _ sum: KeyPath<ExclusionTally, Double>
            ) -> GroupedMean {
                clusters.grouped(
                    tallies.lazy.map { ClusterSum(group: $0.group, count: $0[keyPath: count], sum: $0[keyPath: sum]) })
            }
            let lossOfExcluded = mean(\.excluded, \.lossOfExcluded), lossOfIncluded = mean(\.included, \.lossOfIncluded)
            let ofExcluded = mean(\.excluded, \.agreementOfExcluded), ofIncluded = mean(\.included, \.agreementOfIncluded)
            effect = clusters.estimate { lossOfExcluded.mean($0) - lossOfIncluded.mean($0) }
            plainDifference = clusters.estimate { ofIncluded.mean($0) - ofExcluded.mean($0) }
        }
    }

    public let groups: Int
    public let lines: [Line]
    /// Each pair once, in the order of the conditions.
    public let pairs: [Pair]
    public let exclusions: [ExclusionEffect]

    public init(groups: Int, lines: [Line], pairs: [Pair], exclusions: [ExclusionEffect]) {
        self.groups = groups
        self.lines = lines
        self.pairs = pairs
        self.exclusions = exclusions
    }

    /// - Parameters:
    ///   - ratings: of statements proper, that is without attention checks and people's ratings of their own words.
    ///   - conditions: their names, in the order to report them in.
    ///   - twins: an exclusion condition and its full twin each.
    public init(
        of ratings: [RatedStatement], conditions: [String], twins: [(exclusion: String, full: String)] = [],
        bootstrap: Bootstrap = Bootstrap()
    ) {
        let tallies = RatingTallies(of: ratings)
        let clusters = Clusters(groups: tallies.groups, bootstrap: bootstrap)
        let shown = conditions.filter { tallies.ofCondition[$0] != nil }
        self.init(
            groups: tallies.groups,
            lines: shown.map { Line(condition: $0, tallies: tallies.ofCondition[$0] ?? [], clusters: clusters) },
            pairs: shown.enumerated().flatMap { index, one in
                shown[(index + 1)...].compactMap { other in
                    Pair(one: one, other: other, tallies: tallies.ofPair(one, other), clusters: clusters)
                }
            },
            exclusions: twins.compactMap { exclusion, full in
                ExclusionEffect(
                    exclusion: exclusion, full: full, tallies: tallies.ofTwins(exclusion: exclusion, full: full),
                    clusters: clusters)
            })
    }
}
