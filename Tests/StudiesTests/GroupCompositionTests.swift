import LanguageModel
import Studies
import Testing

@Suite struct GroupCompositionTests {
    private typealias Merits = GroupComposition.Merits

    /// Needs, a size and people of all kinds, the same in every run.
    private func cases(_ body: (_ needs: [Int], _ size: Int, _ people: [Merits]) -> Void) {
        var generator = SplitMix64(seed: 11)
        for _ in 0..<3_000 {
            let needs = (0..<generator.int(below: 5)).map { _ in 1 + generator.int(below: 3) }
            let share = generator.unit()
            let people = (0..<generator.int(below: 9)).map { _ in Merits(needs.map { _ in generator.unit() < share }) }
            body(needs, 3 + generator.int(below: 3), people)
        }
    }

    private func isMet(_ needs: [Int], by members: [Merits]) -> Bool {
        needs.enumerated().allSatisfy { need, least in
            members.count { $0.rawValue & (1 << UInt8(need)) != 0 } >= least
        }
    }

    /// All ways of taking `size` of `count`, those with earlier people first.
    private func subsets(_ size: Int, of count: Int, from start: Int = 0) -> [[Int]] {
        guard size > 0 else { return [[]] }
        return (start..<max(start, count)).flatMap { first in
            subsets(size - 1, of: count, from: first + 1).map { [first] + $0 }
        }
    }

    @Test("A group is found whenever there is one, and of all that there are it is the one of those who came first")
    func finds() {
        var found = 0, none = 0
        cases { needs, size, people in
            let possible = subsets(size, of: people.count).filter { isMet(needs, by: $0.map { people[$0] }) }
            let chosen = GroupComposition(needs).choose(size, from: people)
            #expect(chosen == possible.first)
            if chosen == nil { none += 1 } else { found += 1 }
            if let first = people.indices.last {
                #expect(
                    GroupComposition(needs).choose(size, from: people, including: first)
                        == possible.first { $0.contains(first) })
            }
        }
        #expect(found > 500 && none > 500)
    }

    @Test("The places that are taken are at least one's own, and all of them only when the group could start")
    func places() {
        cases { needs, size, people in
            guard !people.isEmpty else { return }
            let taken = GroupComposition(needs).placesTaken(of: size, by: people)
            #expect((1...size).contains(taken) && taken <= people.count)
            if taken == size {
                #expect(GroupComposition(needs).choose(size, from: people, including: 0) != nil || needs.reduce(0, +) > size)
            }
            if needs.isEmpty { #expect(taken == min(size, people.count)) }
        }
    }
}
