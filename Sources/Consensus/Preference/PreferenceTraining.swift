// Fits a head to ratings.

import Dispatch
import Foundation
import LanguageModel
import Synchronization

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
        on data: RatingData, seesOpinion: Bool = true, progress: @Sendable (Double) -> Void = { _ in }
    ) -> Result? {
        guard Set(data.ratings.map(\.agreement)).count > 1 else { return nil }
        // From the strongest regularization to the weakest, each fit beginning where the last one ended.
        let path = regularizations.sorted(by: >)
        let splits = splits(of: data.ratings)
        let total = Double(path.count * (splits.count + 1))
        let done = Mutex(0)
        @Sendable func step() {
            progress(
                done.withLock {
                    $0 += 1
                    return Double($0) / total
                })
        }
        // Parts are independent of each other, and each is a core's work.
        let sums = Mutex([[Double]](repeating: [], count: splits.count))
        DispatchQueue.concurrentPerform(iterations: splits.count) { part in
            let (training, test) = splits[part]
            let prepared = prepare(data.with(training), seesOpinion: seesOpinion)
            var start: [Double]?
            let losses = path.map { regularization in
                let (head, place) = fit(prepared, regularization, from: start, tolerance: Self.looseTolerance)
                start = place
                let projections = Projections(of: test, in: data, by: head.features.components)
                let loss = test.reduce(0.0) { loss, rating in
                    let score = head.score(opinion: projections[rating.opinion], statement: projections[rating.statement])
                    return loss - log(max(head.probability(of: rating.agreement, score: score), 1e-300))
                }
                step()
                return loss
            }
            sums.withLock { $0[part] = losses }
        }
        let held = splits.reduce(0) { $0 + $1.test.count }
        let byPath = path.indices.map { index in sums.withLock { sums in sums.reduce(0) { $0 + $1[index] } } / Double(max(1, held)) }
        let best = held > 0 ? path.indices.min { byPath[$0] < byPath[$1] } ?? 0 : 0
        let prepared = prepare(data, seesOpinion: seesOpinion)
        var start: [Double]?
        for regularization in path[..<best] {
            start = fit(prepared, regularization, from: start, tolerance: Self.looseTolerance).place
            step()
        }
        let head = fit(prepared, path[best], from: start, tolerance: 1e-7).head
        progress(1)
        let losses = held > 0 ? regularizations.map { byPath[path.firstIndex(of: $0) ?? 0] } : []
        return Result(head: head, regularization: path[best], losses: losses)
    }

    /// How far a fit goes that is only on the way to another, or only compared with others.
    private static let looseTolerance = 1e-4

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

    /// The projections of the texts that some ratings are about.
    private struct Projections {
        private var places: [Int: [Double]] = [:]

        init(of ratings: [RatingData.Rating], in data: RatingData, by components: PrincipalComponents) {
            for rating in ratings {
                for text in [rating.opinion, rating.statement] where places[text] == nil {
                    places[text] = components.project(data.encodings[text])
                }
            }
        }

        subscript(text: Int) -> [Double] { places[text] ?? [] }
    }

    /// Texts on which principal components are computed, at most.
    private static let sampledTexts = 4_000

    private func prepare(_ data: RatingData, seesOpinion: Bool) -> Prepared {
        let used = Set(data.ratings.flatMap { [$0.opinion, $0.statement] }).sorted()
        var sample = used
        if sample.count > Self.sampledTexts {
            var generator = SplitMix64(seed: seed)
            generator.shuffle(&sample)
            sample = sample.prefix(Self.sampledTexts).sorted()
        }
        let components = PrincipalComponents(of: sample.map { data.encodings[$0] }, count: components)
        var features = PreferenceFeatures(components: components, seesOpinion: seesOpinion)
        let projections = Projections(of: data.ratings, in: data, by: components)
        func rows() -> [[Double]] {
            data.ratings.map { features.values(opinion: projections[$0.opinion], statement: projections[$0.statement]) }
        }
        features.standardize(by: rows())
        return Prepared(
            features: features, rows: rows(), agreements: data.ratings.map(\.agreement), comparisons: data.comparisons)
    }

    /// - Parameter start: parameters of a fit to the same data, to begin from.
    private func fit(
        _ prepared: Prepared, _ regularization: Double, from start: [Double]?, tolerance: Double
    ) -> (head: PreferenceHead, place: [Double]) {
        let objective = PreferenceObjective(
            rows: prepared.rows, agreements: prepared.agreements, comparisons: prepared.comparisons,
            regularization: regularization)
        let parameters = objective.minimum(from: start ?? objective.start, tolerance: tolerance)
        let width = prepared.features.count
        let head = PreferenceHead(
            features: prepared.features, weights: Array(parameters[..<width]),
            thresholds: PreferenceObjective.thresholds(parameters[width...]))
        return (head, parameters)
    }
}
