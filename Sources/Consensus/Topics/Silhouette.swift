// How well clusters are told apart.

/// Silhouettes (Rousseeuw 1987): for a point, with a the mean distance to the others of its cluster and b the least mean
/// distance to the points of another one, (b - a) / max(a, b). 1 is a point deep inside its cluster, 0 one between two,
/// below 0 one that is nearer to another. The only point of a cluster has 0. Distances are Euclidean.
public enum Silhouette {
    /// The silhouettes of some of the points.
    /// - Parameters:
    ///   - assignments: per point its cluster, from 0.
    ///   - chosen: which points' silhouettes are wanted; nil for those of all.
    public static func values(of points: [[Double]], _ assignments: [Int], at chosen: [Int]? = nil) -> [Double] {
        let clusters = (assignments.max() ?? -1) + 1
        var sizes = [Int](repeating: 0, count: clusters)
        for cluster in assignments { sizes[cluster] += 1 }
        return (chosen ?? Array(points.indices)).map { index in
            let own = assignments[index]
            guard sizes[own] > 1 else { return 0 }
            var sums = [Double](repeating: 0, count: clusters)
            for other in points.indices {
                sums[assignments[other]] += KMeans.distance(points[index], points[other]).squareRoot()
            }
            let inside = sums[own] / Double(sizes[own] - 1)
            let outside = sums.indices.filter { $0 != own && sizes[$0] > 0 }.map { sums[$0] / Double(sizes[$0]) }.min()
            guard let outside, max(inside, outside) > 0 else { return 0 }
            return (outside - inside) / max(inside, outside)
        }
    }
}
