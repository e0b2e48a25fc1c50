import LanguageModel
import Studies
import Testing

@Suite struct BlockRandomizationTests {
    /// Weights and seeds of all kinds, the same in every run.
    private func cases(_ body: (_ weights: [Int], _ seed: UInt64) -> Void) {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<300 {
            let weights = (0...generator.int(below: 6)).map { _ in 1 + generator.int(below: 5) }
            body(weights, generator.next())
        }
    }

    @Test("Every block holds each choice as often as its weight says")
    func blocks() {
        cases { weights, seed in
            let divisor = (1...5).last { factor in weights.allSatisfy { $0 % factor == 0 } } ?? 1
            let block = weights.map { $0 / divisor }, size = block.reduce(0, +)
            let sequence = BlockRandomization(weights: weights, seed: seed).sequence(4 * size)
            for start in stride(from: 0, to: sequence.count, by: size) {
                let counts = weights.indices.map { choice in sequence[start..<(start + size)].count { $0 == choice } }
                #expect(counts == block)
            }
        }
    }

    @Test("A longer sequence begins with the shorter one, and another seed gives another order")
    func prefix() {
        cases { weights, seed in
            let sequence = BlockRandomization(weights: weights, seed: seed).sequence(60)
            #expect(BlockRandomization(weights: weights, seed: seed).sequence(17) == Array(sequence.prefix(17)))
        }
        let orders = Set((0..<20).map { BlockRandomization(weights: [1, 1, 1, 1], seed: $0).sequence(8) })
        #expect(orders.count > 10)
    }

    @Test("Draws of k of n repeat nothing within a draw, and no choice is ever more than two ahead of another")
    func draws() {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let n = 1 + generator.int(below: 8), k = 1 + generator.int(below: n)
            let draws = BlockRandomization(weights: Array(repeating: 1, count: n), seed: generator.next()).draws(3 * n, of: k)
            var counts = [Int](repeating: 0, count: n)
            for draw in draws {
                #expect(draw.count == k && Set(draw).count == k)
                for choice in draw { counts[choice] += 1 }
                #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 2)
            }
            // n draws of k use each choice k times: whole blocks.
            #expect(counts == Array(repeating: 3 * k, count: n))
        }
    }
}
