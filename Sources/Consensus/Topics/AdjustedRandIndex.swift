// How alike two partitions of the same things are.

/// The adjusted Rand index (Hubert, Arabie 1985): the share of pairs on which two partitions agree, corrected for chance:
/// (Σ C(n_ij, 2) - E) / (½ (Σ C(a_i, 2) + Σ C(b_j, 2)) - E), with E = Σ C(a_i, 2) · Σ C(b_j, 2) / C(n, 2). 1 when they are
/// the same, about 0 when they have nothing to do with each other.
public enum AdjustedRandIndex {
    private struct Both<One: Hashable, Other: Hashable>: Hashable {
        let one: One
        let other: Other
    }

    /// Of two partitions, each given as the part of every thing; equally many.
    public static func of<One: Hashable, Other: Hashable>(_ one: [One], _ other: [Other]) -> Double {
        func pairs(_ count: Int) -> Double { Double(count) * Double(count - 1) / 2 }
        func sum<Part: Hashable>(_ parts: [Part]) -> Double {
            parts.reduce(into: [Part: Int]()) { $0[$1, default: 0] += 1 }.values.reduce(0) { $0 + pairs($1) }
        }
        let together = sum(zip(one, other).map { Both(one: $0, other: $1) })
        let first = sum(one), second = sum(other), all = pairs(one.count)
        let expected = all > 0 ? first * second / all : 0
        let greatest = (first + second) / 2
        // Both have one part only, or only parts of one.
        guard greatest != expected else { return 1 }
        return (together - expected) / (greatest - expected)
    }
}
