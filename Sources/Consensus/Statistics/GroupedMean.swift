// Means over groups that a bootstrap can weigh.

/// The mean of values that belong to groups; each value counts as its group's weight.
struct GroupedMean {
    private var sums: [Double]
    private var counts: [Double]

    init(groups: Int) {
        sums = Array(repeating: 0, count: groups)
        counts = sums
    }

    mutating func add(sum: Double, count: Double, group: Int) {
        sums[group] += sum
        counts[group] += count
    }

    /// How many values there are.
    var count: Int { Int(counts.reduce(0, +)) }

    /// Not a number where nothing counts.
    func mean(_ weights: [Double]) -> Double {
        var sum = 0.0, count = 0.0
        for group in sums.indices {
            sum += weights[group] * sums[group]
            count += weights[group] * counts[group]
        }
        return sum / count
    }
}
