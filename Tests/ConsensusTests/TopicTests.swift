import Consensus
import LanguageModel
import Testing

@Suite("Topics by clustering")
struct TopicTests {
    /// Three heaps of points that nobody could mistake, in an order that mixes them.
    private static func heaps(_ size: Int, seed: UInt64 = 3) -> (points: [[Double]], truth: [Int]) {
        var generator = SplitMix64(seed: seed)
        let middles = [[0.0, 0, 9], [9, 0, 0], [0, 9, 0]]
        let truth = (0..<size).map { $0 % 3 }
        return (truth.map { heap in middles[heap].map { $0 + generator.unit() - 0.5 } }, truth)
    }

    @Test("k-means finds heaps that lie apart, and the same seed finds the same")
    func kMeans() {
        let (points, truth) = Self.heaps(60)
        let found = KMeans(points, clusters: 3, seed: 1)
        #expect(AdjustedRandIndex.of(found.assignments, truth) == 1)
        #expect(found == KMeans(points, clusters: 3, seed: 1))
        #expect(Silhouette.values(of: points, found.assignments).allSatisfy { $0 > 0.8 })
        // More clusters than points, points that are all alike, and none at all.
        #expect(KMeans([[1, 1], [2, 2]], clusters: 9, seed: 1).inertia == 0)
        let alike = KMeans(Array(repeating: [1.0, 2], count: 6), clusters: 3, seed: 1)
        #expect(alike.inertia == 0 && Set(alike.assignments).count == 3)
        #expect(KMeans([], clusters: 3, seed: 1).assignments.isEmpty)
    }

    @Test("Silhouettes are as by hand, and 0 for the only point of a cluster")
    func silhouette() {
        let values = Silhouette.values(of: [[0], [1], [5], [20]], [0, 0, 1, 2])
        #expect(abs(values[0] - (5 - 1) / 5) < 1e-12 && abs(values[1] - (4 - 1) / 4) < 1e-12)
        #expect(values[2] == 0 && values[3] == 0)
        #expect(Silhouette.values(of: [[0], [1]], [0, 0]) == [0, 0])
    }

    @Test("The adjusted Rand index is 1 for the same partition under other names, and the published value of an example")
    func likeness() {
        #expect(AdjustedRandIndex.of(["a", "a", "b", "c"], [7, 7, 1, 2]) == 1)
        #expect(AdjustedRandIndex.of([0, 0, 0], [1, 1, 1]) == 1)
        // Two crossing partitions of four: no pair in common, where chance expects some.
        #expect(abs(AdjustedRandIndex.of([0, 0, 1, 1], [0, 1, 0, 1]) + 0.5) < 1e-12)
        // scikit-learn's documentation: 0.57… for these.
        #expect(abs(AdjustedRandIndex.of([0, 0, 1, 1], [0, 0, 1, 2]) - 0.571_428_571_428_571) < 1e-9)
    }

    @Test("The number of topics with the best silhouette is taken, and the seed alone decides")
    func numberOfClusters() throws {
        var generator = SplitMix64(seed: 8)
        let (points, truth) = Self.heaps(45)
        let noisy = points.map { point in point.map { Float($0) } + (0..<6).map { _ in Float(0.2 * generator.unit()) } }
        let found = try TopicClustering(of: noisy, clusters: nil, seed: 5)
        #expect(found.clusters == 3 && AdjustedRandIndex.of(found.assignments, truth) == 1)
        #expect(found.trials.count > 5 && found.silhouette == found.trials.map(\.silhouette).max())
        #expect(found.plane.count == 45 && found.plane.allSatisfy { $0.count == 2 })
        #expect(try found == TopicClustering(of: noisy, clusters: nil, seed: 5))
        let given = try TopicClustering(of: noisy, clusters: 4, seed: 5)
        #expect(given.clusters == 4 && given.trials.count == 1)
        #expect(throws: CancellationError.self) {
            try TopicClustering(of: noisy, clusters: nil, seed: 5, isCancelled: { true })
        }
    }

    @Test("Thousands of questions are sorted into their topics")
    func thousands() throws {
        var generator = SplitMix64(seed: 4)
        let middles = (0..<40).map { _ in (0..<64).map { _ in Float(generator.unit() - 0.5) } }
        let truth = (0..<4_200).map { $0 % 40 }
        let encodings = truth.map { topic in middles[topic].map { $0 + Float(0.2 * (generator.unit() - 0.5)) } }
        let found = try TopicClustering(of: encodings, clusters: 40, seed: 1)
        #expect(AdjustedRandIndex.of(found.assignments, truth) > 0.9)
        #expect(found.silhouette > 0.5 && found.plane.count == 4_200)
    }

    @Test("Clusters are named by words that the others lack")
    func words() {
        let texts = [
            "Should schools ban phones?", "Should schools set less homework?", "Should teachers in schools be paid more?",
            "Should trains be free?", "Should night trains be subsidised?", "Should trains run on Sundays?",
        ]
        let words = DistinctiveWords.of(texts, [0, 0, 0, 1, 1, 1], clusters: 2, count: 3)
        #expect(words[0].first == "schools" && words[1].first == "trains")
        #expect(!words.joined().contains("should"))
    }
}
