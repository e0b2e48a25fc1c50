// The seeded generator of every draw. Its results are fixed by the code here, not by the standard library's, so that
// a stored seed gives the same draws with every compiler.

/// SplitMix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators").
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// A whole number from 0 up to, not including, `bound`, each equally likely. 0 when `bound` is not above 1.
    public mutating func int(below bound: Int) -> Int {
        guard bound > 1 else { return 0 }
        // The high half of a 128-bit product; the few values that would favour small results are drawn again.
        let range = UInt64(bound)
        let threshold = (0 &- range) % range
        while true {
            let product = next().multipliedFullWidth(by: range)
            if product.low >= threshold { return Int(product.high) }
        }
    }

    /// A number from 0 up to, not including, 1, with 53 random bits.
    public mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// Puts `elements` into a random order, each order equally likely (Fisher and Yates).
    public mutating func shuffle<Element>(_ elements: inout [Element]) {
        guard elements.count > 1 else { return }
        for index in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(index, int(below: index + 1))
        }
    }

    /// A generator of its own for a part of the work, so that how much one part draws does not change the others.
    public mutating func split() -> SplitMix64 {
        SplitMix64(seed: next())
    }
}
