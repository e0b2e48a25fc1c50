// Fits a head to ratings.

import Foundation
import LanguageModel

/// How a head is trained.
public struct PreferenceTraining: Codable, Sendable, Equatable {
    /// Principal components of the encodings.
    public var components: Int
    /// The strengths of regularization λ that cross-validation chooses from.
    public var regularizations: [Double]
    /// Parts of the cross-validation.
    public var folds: Int
    /// The seed of the folds.
    public var seed: UInt64

    public init(
        components: Int = 32, regularizations: [Double] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1], folds: Int = 5,
        seed: UInt64 = 1
    ) {
        self.components = components
        self.regularizations = regularizations
        self.folds = folds
        self.seed = seed
    }

    /// A trained head, and what cross-validation said.
    public struct Result: Codable, Sendable, Equatable {
        public let head: PreferenceHead
        /// The λ that was chosen.
        public let regularization: Double
        /// Per λ, the mean held-out loss of a rating: -ln P(r).
        public let losses: [Double]
    }

    /// Fits the head, with λ chosen by cross-validation that splits neither a group nor a question: what is held out are
    /// the ratings of some groups on some questions, and what is trained on has neither of either.
    /// - Parameter seesOpinion: false for the baseline that is blind to who rates.
    /// - Parameter progress: the share that is done, 0 to 1.
    /// - Returns: nil when there is nothing to learn from: fewer than two different agreements.
    public func train(
        on data: RatingData, seesOpinion: Bool = true, progress: (Double) -> Void = { _ in }
    ) -> Result? {
        guard Set(data.ratings.map(\.agreement)).count > 1 else { return nil }
        let total = Double(regularizations.count * folds + 1)
        var done = 0.0
        var sums = [Double](repeating: 0, count: regularizations.count), held = 0
        for (training, test) in splits(of: data.ratings) {
            let prepared = prepare(data.with(training), seesOpinion: seesOpinion)
            for (index, regularization) in regularizations.enumerated() {
                let head = fit(prepared, regularization)
                for rating in test {
                    let probabilities = head.probabilities(
                        opinion: data.encodings[rating.opinion], statement: data.encodings[rating.statement])
                    sums[index] -= log(max(probabilities[rating.agreement - 1], 1e-300))
                }
                done += 1
                progress(done / total)
            }
            held += test.count
        }
        let losses = held > 0 ? sums.map { $0 / Double(held) } : []
        let best = losses.indices.min { losses[$0] < losses[$1] } ?? regularizations.indices.last ?? 0
        let head = fit(prepare(data, seesOpinion: seesOpinion), regularizations[best])
        progress(1)
        return Result(head: head, regularization: regularizations[best], losses: losses)
    }

    /// Training and held-out ratings, part by part; parts in which either is empty are left out.
    public func splits(of ratings: [RatingData.Rating]) -> [(training: [RatingData.Rating], test: [RatingData.Rating])] {
        var generator = SplitMix64(seed: seed)
        func parts(_ ids: [Int]) -> [Int: Int] {
            var shuffled = Set(ids).sorted()
            generator.shuffle(&shuffled)
            return Dictionary(uniqueKeysWithValues: shuffled.enumerated().map { ($1, $0 % folds) })
        }
        let groups = parts(ratings.map(\.group)), questions = parts(ratings.map(\.question))
        return (0..<folds).flatMap { fold in
            (0..<folds).map { shift in
                let other = (fold + shift) % folds
                return (
                    ratings.filter { groups[$0.group] != fold && questions[$0.question] != other },
                    ratings.filter { groups[$0.group] == fold && questions[$0.question] == other }
                )
            }
        }.filter { !$0.0.isEmpty && !$0.1.isEmpty && Set($0.0.map(\.agreement)).count > 1 }
            .sorted { $0.1.count > $1.1.count }.prefix(folds).map { $0 }
    }

    private struct Prepared {
        let features: PreferenceFeatures
        let rows: [[Double]]
        let agreements: [Int]
        let comparisons: [(more: Int, less: Int)]
    }

    private func prepare(_ data: RatingData, seesOpinion: Bool) -> Prepared {
        let used = Set(data.ratings.flatMap { [$0.opinion, $0.statement] }).sorted()
        let components = PrincipalComponents(of: used.map { data.encodings[$0] }, count: components)
        var features = PreferenceFeatures(components: components, seesOpinion: seesOpinion)
        let projections = Dictionary(uniqueKeysWithValues: used.map { ($0, components.project(data.encodings[$0])) })
        func rows() -> [[Double]] {
            data.ratings.map {
                features.values(opinion: projections[$0.opinion] ?? [], statement: projections[$0.statement] ?? [])
            }
        }
        features.standardize(by: rows())
        return Prepared(
            features: features, rows: rows(), agreements: data.ratings.map(\.agreement), comparisons: data.comparisons)
    }

    private func fit(_ prepared: Prepared, _ regularization: Double) -> PreferenceHead {
        let objective = PreferenceObjective(
            rows: prepared.rows, agreements: prepared.agreements, comparisons: prepared.comparisons,
            regularization: regularization)
        let parameters = objective.minimum
        let width = prepared.features.count
        return PreferenceHead(
            features: prepared.features, weights: Array(parameters[..<width]),
            thresholds: PreferenceObjective.thresholds(parameters[width...]))
    }
}
