// Finds topics: clusters of questions whose encodings lie near each other.

import Foundation
import LanguageModel

/// Clusters of encodings, with how well they are told apart.
public struct TopicClustering: Codable, Sendable, Equatable {
    /// One number of clusters that was tried.
    public struct Trial: Codable, Sendable, Equatable {
        public let clusters: Int
        /// The mean silhouette, -1 to 1.
        public let silhouette: Double
        public let inertia: Double
    }

    /// What was tried, from the fewest clusters on. The clustering is the one of the best mean silhouette.
    public let trials: [Trial]
    /// How many clusters there are.
    public let clusters: Int
    /// Per encoding its cluster, from 0, the largest first.
    public let assignments: [Int]
    /// The mean silhouette, -1 to 1; over a sample of ``silhouetteSample`` when there are more.
    public let silhouette: Double
    /// Per encoding its place in a picture: the first two principal components.
    public let plane: [[Double]]

    /// How many silhouettes are computed at most; each needs the distances to all points.
    public static let silhouetteSample = 1_500
    /// The principal components that clusters are sought in.
    static let components = 24

    /// - Parameters:
    ///   - encodings: at least three, all of one length.
    ///   - clusters: how many; nil tries several numbers.
    ///   - seed: of the starts of k-means, and of the sample.
    ///   - progress: called with how many numbers of clusters have been tried, and of how many.
    /// - Throws: `CancellationError` when `isCancelled` says so.
    public init(
        of encodings: [[Float]], clusters: Int?, seed: UInt64, isCancelled: () -> Bool = { false },
        progress: ((_ done: Int, _ of: Int) -> Void)? = nil
    ) throws {
        let points = Self.points(encodings)
        var generator = SplitMix64(seed: seed)
        var sample = Array(points.indices)
        if sample.count > Self.silhouetteSample {
            generator.shuffle(&sample)
            sample = sample.prefix(Self.silhouetteSample).sorted()
        }
        let numbers = clusters.map { [max(2, min($0, points.count - 1))] } ?? Self.numbers(for: points.count)
        let start = generator.next()
        var trials: [Trial] = []
        var best: (KMeans, Trial)?
        for number in numbers {
            if isCancelled() { throw CancellationError() }
            progress?(trials.count, numbers.count)
            let found = KMeans(points, clusters: number, seed: start &+ UInt64(number))
            let values = Silhouette.values(of: points, found.assignments, at: sample)
            let trial = Trial(
                clusters: number, silhouette: values.reduce(0, +) / Double(max(1, values.count)), inertia: found.inertia)
            trials.append(trial)
            if best.map({ trial.silhouette > $0.1.silhouette }) ?? true { best = (found, trial) }
        }
        progress?(numbers.count, numbers.count)
        self.trials = trials
        self.clusters = best?.1.clusters ?? 0
        assignments = best?.0.assignments ?? []
        silhouette = best?.1.silhouette ?? 0
        plane = points.map { Array($0.prefix(2)) + [Double](repeating: 0, count: max(0, 2 - $0.count)) }
    }

    /// The encodings on their first principal components, each as long as any other, so that only the direction counts.
    private static func points(_ encodings: [[Float]]) -> [[Double]] {
        let components = PrincipalComponents(of: encodings, count: min(components, max(2, encodings.count / 3)))
        // Without whitening: the first components tell most. A direction was divided by its standard deviation.
        let deviations = components.directions.map { 1 / $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        return encodings.map { encoding in
            let projected = zip(components.project(encoding), deviations).map { $0 * $1 }
            let length = projected.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? projected.map { $0 / length } : projected
        }
    }

    /// Numbers of clusters worth trying for so many questions: from 2 to a third of them, at most 120, in even steps
    /// first and in growing ones then.
    static func numbers(for count: Int) -> [Int] {
        let most = max(2, min(120, count / 3))
        var numbers: [Int] = [], next = 2.0
        while Int(next) <= most {
            numbers.append(Int(next))
            next = max(next + 1, next * 1.25)
        }
        return numbers
    }
}
