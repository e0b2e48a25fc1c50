// Balanced random allocation. Pure: a seed, and a place in the sequence.

import LanguageModel

/// Permuted-block randomization (Altman & Bland 1999, "How to randomise"): the sequence of allocations is cut into
/// blocks, each of which holds every choice as often as its weight, in an order drawn from the seed. Whatever later
/// becomes of those allocated, the sequence never depends on it.
public struct BlockRandomization: Sendable {
    private let block: [Int]
    private var generator: SplitMix64

    /// - Parameter weights: how often each choice comes in relation to the others, at least 1 each. Common factors are
    ///   divided out, so that blocks are as short as they can be.
    public init(weights: [Int], seed: UInt64) {
        let divisor = max(1, weights.reduce(0, Self.greatestCommonDivisor))
        block = weights.enumerated().flatMap { Array(repeating: $0, count: max(1, $1) / divisor) }
        generator = SplitMix64(seed: seed)
    }

    /// The sequence's first `count` allocations, as indices of the weights.
    public func sequence(_ count: Int) -> [Int] {
        var generator = generator
        var sequence: [Int] = []
        while sequence.count < count {
            var permuted = block
            generator.shuffle(&permuted)
            sequence += permuted
        }
        return Array(sequence.prefix(max(0, count)))
    }

    /// The first `count` draws of `size` different choices each. Draws cut the sequence into runs; where a run reaches
    /// into a new block, that block's order is drawn among those that repeat nothing in the run. Meant for equal
    /// weights, and `size` not above their number.
    public func draws(_ count: Int, of size: Int) -> [[Int]] {
        guard size > 0, size <= block.count else { return Array(repeating: block, count: max(0, count)) }
        var generator = generator
        var draws: [[Int]] = []
        var rest: [Int] = []
        while draws.count < count {
            var draw = Array(rest.prefix(size))
            rest.removeFirst(draw.count)
            if draw.count < size {
                var permuted = block
                generator.shuffle(&permuted)
                // Those that the run has already stand back until the run is full; all keep their drawn order.
                let taken = Set(draw)
                let fresh = permuted.filter { !taken.contains($0) }.prefix(size - draw.count)
                draw += fresh
                rest = permuted.filter { !fresh.contains($0) }
            }
            draws.append(draw)
        }
        return draws
    }

    private static func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
        other == 0 ? one : greatestCommonDivisor(other, one % other)
    }
}
