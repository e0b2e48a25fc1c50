// Means over groups and questions that a bootstrap can weigh.

/// The mean of values that belong to groups and questions; each counts as its group's weight times its question's.
struct CrossedMean {
    private let sums: [ClusterSum]

    init(_ sums: [ClusterSum]) {
        self.sums = sums
    }

    /// Not a number where nothing counts.
    func mean(_ groups: [Double], _ questions: [Double]) -> Double {
        var total = 0.0, count = 0.0
        for part in sums {
            let weight = groups[part.group] * questions[part.question]
            total += weight * part.sum
            count += weight * part.count
        }
        return total / count
    }
}
