// The randomness of simulated people: small, seeded, the same on every platform.

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// The stream for one purpose: what is drawn for one does not move what is drawn for another.
    init(seed: UInt64, for purpose: String...) {
        // FNV-1a over the words, each closed by a byte that UTF-8 never holds.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for word in purpose {
            for byte in Array(word.utf8) + [0xff] {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        var mixer = SplitMix64(seed: seed ^ hash)
        state = mixer.next()
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// From 0 up to, not including, 1.
    mutating func unit() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// From -1 up to 1.
    mutating func signed() -> Double {
        2 * unit() - 1
    }

    /// Mean 0, standard deviation 1: the sum of twelve uniform draws, so that no logarithm's last bit matters.
    mutating func normal() -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + unit() }
    }

    /// A whole number from 0 up to, not including, `bound`, which is at least 1.
    mutating func below(_ bound: Int) -> Int {
        min(Int(unit() * Double(bound)), bound - 1)
    }

    /// Takes one of `elements` away, nil when none are left.
    mutating func draw<Element>(from elements: inout [Element]) -> Element? {
        elements.isEmpty ? nil : elements.remove(at: below(elements.count))
    }
}
