// How conditions do on questions like those that models learnt from, and on others.

/// Conditions by split of the questions: in distribution (`iid_test`: unseen questions of known topics) and out of it
/// (`ood_test`: topics held out whole). Every interval is from a bootstrap over groups and questions (``Bootstrap``),
/// because both are samples of those that there could have been.
public struct SplitComparison: Codable, Sendable, Equatable {
    /// One condition on the questions of one split.
    public struct Line: Codable, Sendable, Equatable {
        public let split: String
        public let condition: String
        public let questions: Int
        public let statements: Int
        public let ratings: Int
        public let agreement: Estimate
        public let leastAgreement: Estimate
        public let quality: Estimate
        public let words: Estimate

        public init(split: String, condition: String, tallies: [ConditionTally], clusters: Clusters) {
            self.split = split
            self.condition = condition
            questions = Set(tallies.map(\.question)).count
            statements = Int(tallies.reduce(0) { $0 + $1.statements })
            ratings = Int(tallies.reduce(0) { $0 + $1.ratings })
            agreement = clusters.crossed(CrossedMean(tallies.map(\.agreementSum)))
            leastAgreement = clusters.crossed(CrossedMean(tallies.map(\.leastAgreementSum)))
            quality = clusters.crossed(CrossedMean(tallies.map(\.qualitySum)))
            words = clusters.crossed(CrossedMean(tallies.map(\.wordsSum)))
        }
    }

    /// Two conditions on the questions of one split, as in ``ConditionComparison/Pair``.
    public struct Pair: Codable, Sendable, Equatable {
        public let split: String
        public let one: String
        public let other: String
        public let memberRounds: Int
        public let winRate: Estimate
        public let difference: Estimate

        /// - Returns: nil where nobody rated both.
        public init?(split: String, one: String, other: String, tallies: [PairTally], clusters: Clusters) {
            memberRounds = Int(tallies.reduce(0) { $0 + $1.memberRounds })
            guard memberRounds > 0 else { return nil }
            self.split = split
            self.one = one
            self.other = other
            winRate = clusters.crossed(CrossedMean(tallies.map(\.winsSum)))
            difference = clusters.crossed(CrossedMean(tallies.map(\.differenceSum)))
        }
    }

    /// What a condition loses out of distribution: its mean on `iid_test` minus that on `ood_test`.
    public struct Loss: Codable, Sendable, Equatable {
        public let condition: String
        public let agreementLost: Estimate
        public let leastAgreementLost: Estimate
        public let qualityLost: Estimate

        public init(condition: String, inside: [ConditionTally], outside: [ConditionTally], clusters: Clusters) {
            self.condition = condition
            func lost(_ part: KeyPath<ConditionTally, ClusterSum>) -> Estimate {
                let one = CrossedMean(inside.map { $0[keyPath: part] }), other = CrossedMean(outside.map { $0[keyPath: part] })
                return clusters.crossed { one.mean($0, $1) - other.mean($0, $1) }
            }
            agreementLost = lost(\.agreementSum)
            leastAgreementLost = lost(\.leastAgreementSum)
            qualityLost = lost(\.qualitySum)
        }
    }

    public let lines: [Line]
    public let pairs: [Pair]
    /// Of the conditions that were rated on both.
    public let losses: [Loss]

    public init(lines: [Line], pairs: [Pair], losses: [Loss]) {
        self.lines = lines
        self.pairs = pairs
        self.losses = losses
    }
}
