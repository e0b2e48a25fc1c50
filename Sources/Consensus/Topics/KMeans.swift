// Clustering by k-means. Pure: the same points, number of clusters and seed give the same clusters.

import LanguageModel

/// Lloyd's algorithm from starts by k-means++ (Arthur, Vassilvitskii 2007, "k-means++: the advantages of careful
/// seeding"): the partition that was best of several, by inertia.
public struct KMeans: Sendable, Equatable {
    /// Per point its cluster, from 0; clusters are numbered from the largest on.
    public let assignments: [Int]
    public let centres: [[Double]]
    /// The sum of squared distances of the points to the centres of their clusters.
    public let inertia: Double

    /// - Parameters:
    ///   - points: all of one length.
    ///   - clusters: from 1; no more are made than there are points.
    ///   - restarts: how many starts are tried.
    public init(_ points: [[Double]], clusters: Int, seed: UInt64, restarts: Int = 8) {
        let count = max(1, min(clusters, points.count))
        var generator = SplitMix64(seed: seed)
        var best: (assignments: [Int], centres: [[Double]], inertia: Double)?
        for _ in 0..<max(1, restarts) where !points.isEmpty {
            var own = generator.split()
            let found = Self.lloyd(points, from: Self.start(points, count, &own))
            if best.map({ found.inertia < $0.inertia }) ?? true { best = found }
        }
        guard let best else {
            assignments = []
            centres = []
            inertia = 0
            return
        }
        var sizes = [Int](repeating: 0, count: count)
        for cluster in best.assignments { sizes[cluster] += 1 }
        let order = (0..<count).sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
        var place = [Int](repeating: 0, count: count)
        for (new, old) in order.enumerated() { place[old] = new }
        assignments = best.assignments.map { place[$0] }
        centres = order.map { best.centres[$0] }
        inertia = best.inertia
    }

    /// Centres far apart: each next one is a point drawn with a probability in proportion to its squared distance from
    /// the nearest centre so far.
    private static func start(_ points: [[Double]], _ count: Int, _ generator: inout SplitMix64) -> [[Double]] {
        var centres = [points[generator.int(below: points.count)]]
        var nearest = points.map { distance($0, centres[0]) }
        while centres.count < count {
            let total = nearest.reduce(0, +)
            var target = generator.unit() * total
            var chosen = total > 0 ? points.count - 1 : generator.int(below: points.count)
            if total > 0 {
                for (index, weight) in nearest.enumerated() where weight > 0 {
                    chosen = index
                    target -= weight
                    if target < 0 { break }
                }
            }
            let centre = points[chosen]
            centres.append(centre)
            for index in points.indices { nearest[index] = min(nearest[index], distance(points[index], centre)) }
        }
        return centres
    }

    private static func lloyd(
        _ points: [[Double]], from start: [[Double]]
    ) -> (assignments: [Int], centres: [[Double]], inertia: Double) {
        var centres = start
        var assignments = [Int](repeating: -1, count: points.count)
        var distances = [Double](repeating: 0, count: points.count)
        for _ in 0..<100 {
            var isStable = true
            for (index, point) in points.enumerated() {
                var nearest = 0, least = Double.infinity
                for (cluster, centre) in centres.enumerated() {
                    let squared = distance(point, centre)
                    if squared < least { (nearest, least) = (cluster, squared) }
                }
                if assignments[index] != nearest { isStable = false }
                assignments[index] = nearest
                distances[index] = least
            }
            if isStable { break }
            centres = means(points, &assignments, &distances, clusters: centres.count)
        }
        return (assignments, centres, distances.reduce(0, +))
    }

    /// The centres of the clusters; one that has lost all its points takes the point that lies farthest from its own.
    private static func means(
        _ points: [[Double]], _ assignments: inout [Int], _ distances: inout [Double], clusters: Int
    ) -> [[Double]] {
        var sizes = [Int](repeating: 0, count: clusters)
        for cluster in assignments { sizes[cluster] += 1 }
        for empty in sizes.indices where sizes[empty] == 0 {
            let farthest = points.indices.filter { sizes[assignments[$0]] > 1 }.max { distances[$0] < distances[$1] }
            guard let farthest else { continue }
            sizes[assignments[farthest]] -= 1
            sizes[empty] = 1
            assignments[farthest] = empty
            distances[farthest] = 0
        }
        var sums = [[Double]](repeating: [Double](repeating: 0, count: points[0].count), count: clusters)
        for (point, cluster) in zip(points, assignments) {
            for place in point.indices { sums[cluster][place] += point[place] }
        }
        return zip(sums, sizes).map { sum, size in sum.map { $0 / Double(max(1, size)) } }
    }

    /// The squared Euclidean distance.
    static func distance(_ one: [Double], _ other: [Double]) -> Double {
        one.withUnsafeBufferPointer { one in
            other.withUnsafeBufferPointer { other in
                var sum = 0.0
                for place in one.indices {
                    let difference = one[place] - other[place]
                    sum += difference * difference
                }
                return sum
            }
        }
    }
}
