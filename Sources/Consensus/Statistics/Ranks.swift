// Ranks, and how two orders go together.

/// Ranks from 1; equal values share the mean of theirs.
public enum Ranks {
    public static func of(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start
            while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
            for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
            start = end + 1
        }
        return ranks
    }

    /// The correlation of `one` and `other`, each value counting as its weight; Spearman's when they are ranks. Not a
    /// number where either does not vary.
    public static func correlation(_ one: [Double], _ other: [Double], weights: [Double]) -> Double {
        let total = weights.reduce(0, +)
        func mean(_ values: [Double]) -> Double { zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total }
        let (a, b) = (mean(one), mean(other))
        var both = 0.0, ofOne = 0.0, ofOther = 0.0
        for place in one.indices {
            both += weights[place] * (one[place] - a) * (other[place] - b)
            ofOne += weights[place] * (one[place] - a) * (one[place] - a)
            ofOther += weights[place] * (other[place] - b) * (other[place] - b)
        }
        return both / (ofOne * ofOther).squareRoot()
    }
}
