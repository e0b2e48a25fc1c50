import Consensus
import LanguageModel
import Testing

@Suite("The Schulze vote")
struct SchulzeTests {
    private func ranking(_ ballots: [[Double]], seed: UInt64 = 1) -> [Int] {
        var generator = SplitMix64(seed: seed)
        return Schulze.ranking(of: ballots, breakingTiesWith: &generator)
    }

    /// Ballots from orders of candidates, best first.
    private func ballots(_ orders: [(Int, [Int])]) -> [[Double]] {
        orders.flatMap { voters, order in
            Array(repeating: (0..<order.count).map { Double(-(order.firstIndex(of: $0) ?? 0)) }, count: voters)
        }
    }

    @Test("gives the published result of Schulze's own example of 45 voters")
    func published() {
        // Schulze 2011, example 1: A…E as 0…4; the ranking is E > A > C > B > D.
        let example = ballots([
            (5, [0, 2, 1, 4, 3]), (5, [0, 3, 4, 2, 1]), (8, [1, 4, 3, 0, 2]), (3, [2, 0, 1, 4, 3]),
            (7, [2, 0, 4, 1, 3]), (2, [2, 1, 0, 3, 4]), (7, [3, 2, 4, 1, 0]), (8, [4, 1, 0, 3, 2]),
        ])
        #expect(ranking(example) == [4, 0, 2, 1, 3])
    }

    @Test("elects whoever wins against every other, and nobody whom all like less than another")
    func condorcet() {
        var generator = SplitMix64(seed: 23)
        var winners = 0
        for seed in 0..<2_000 {
            let count = 2 + generator.int(below: 5)
            let votes = (0..<(1 + generator.int(below: 5))).map { _ in (0..<count).map { _ in Double(generator.int(below: 4)) } }
            let order = ranking(votes, seed: UInt64(seed))
            #expect(order.sorted() == Array(0..<count))
            func beats(_ one: Int, _ other: Int) -> Bool {
                votes.count { $0[one] > $0[other] } > votes.count { $0[other] > $0[one] }
            }
            if let winner = (0..<count).first(where: { one in (0..<count).allSatisfy { $0 == one || beats(one, $0) } }) {
                winners += 1
                #expect(order[0] == winner)
            }
            for one in 0..<count {
                for other in 0..<count where votes.allSatisfy({ $0[one] > $0[other] }) {
                    #expect((order.firstIndex(of: one) ?? 0) < (order.firstIndex(of: other) ?? 0))
                }
            }
        }
        #expect(winners > 500)
    }

    @Test("decides ties by the seed alone")
    func ties() {
        let equal = [[3.0, 3, 3], [1, 1, 1]]
        #expect(ranking(equal, seed: 5) == ranking(equal, seed: 5))
        #expect(Set((0..<50).map { ranking(equal, seed: $0)[0] }).count == 3)
        #expect(ranking([]).isEmpty)
    }
}
