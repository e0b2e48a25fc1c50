import Consensus
import LanguageModel
import Testing

@Suite("A ranking")
struct RankingTests {
    // Three members, three statements: means 4, 4 1/3, 3 1/3; minima 1, 3, 3.
    private let agreements: [[Double?]] = [[7, 5, 3], [4, 3, 4], [1, 5, 3]]

    private func ranking(_ alpha: Double, _ agreements: [[Double?]], seed: UInt64 = 1) throws -> Ranking {
        var generator = SplitMix64(seed: seed)
        return Ranking(agreements, by: try #require(Welfare(alpha: alpha)), breakingTiesWith: &generator)
    }

    @Test("puts the highest welfare first, for each aversion to inequality")
    func welfare() throws {
        let mean = try ranking(0, agreements)
        #expect(mean.order == [1, 0, 2])
        #expect(mean.welfares.map { $0.map { ($0 * 3).rounded() } } == [12, 13, 10])
        let least = try ranking(.infinity, agreements)
        #expect(least.welfares == [1, 3, 3])
        #expect(least.order.last == 0)
    }

    @Test("asks nobody about their own words, and puts last what nobody was asked about")
    func authors() throws {
        let own: [[Double?]] = [[nil, 2, 6], [7, nil, 6], [7, 2, nil]]
        #expect(try ranking(0, own).welfares == [7, 2, 6])
        let alone: [[Double?]] = [[nil, 1]]
        let ranking = try ranking(0, alone)
        #expect(ranking.order == [1, 0])
        #expect(ranking.welfares?[0].isNaN == true)
    }

    @Test("breaks ties by the seed: the same one the same way, and none is favoured over many")
    func ties() throws {
        let equal: [[Double?]] = [[4, 4, 4], [2, 2, 2]]
        #expect(try ranking(1, equal, seed: 9) == ranking(1, equal, seed: 9))
        var first = [0, 0, 0]
        for seed in 0..<600 { first[try ranking(1, equal, seed: UInt64(seed)).order[0]] += 1 }
        #expect(first.allSatisfy { (140...260).contains($0) }, "\(first)")
    }

    @Test("by vote follows the members' orders, not their levels")
    func vote() {
        var generator = SplitMix64(seed: 1)
        // Two of three prefer the first, though the third would give much for the second.
        let ranking = Ranking(voteOf: [[3, 2.9, 1], [5, 4.9, 1], [1, 7, 2]], breakingTiesWith: &generator)
        #expect(ranking.order[0] == 0)
        #expect(ranking.welfares == nil)
    }
}
