import LanguageModel
import Studies
import Testing

@Suite struct RoundTallyTests {
    @Test("A round waits in every phase until the last answer of that phase is in")
    func waits() {
        var tally = RoundTally(
            phase: .opinions, members: 3, minimum: 3, opinions: 2, openGenerations: 0, statements: 0, unrated: 0)
        #expect(tally.nextPhase == nil)
        tally.opinions = 3
        #expect(tally.nextPhase == .drafting)

        tally.phase = .drafting
        tally.openGenerations = 1
        tally.statements = 3
        #expect(tally.nextPhase == nil)
        tally.openGenerations = 0
        #expect(tally.nextPhase == .ratings)

        tally.phase = .ratings
        tally.unrated = 1
        #expect(tally.nextPhase == nil)
        tally.unrated = 0
        #expect(tally.nextPhase == .finished)
        tally.phase = .finished
        #expect(tally.nextPhase == nil)
    }

    @Test("A round whose every generation failed is finished, not stuck")
    func failedGenerations() {
        let tally = RoundTally(
            phase: .drafting, members: 3, minimum: 3, opinions: 3, openGenerations: 0, statements: 0, unrated: 0)
        #expect(tally.nextPhase == .finished)
    }

    @Test("Whatever order events come in, a round passes each phase once, and ends", arguments: 0..<200)
    func anyOrder(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let members = 3 + generator.int(below: 3)
        let conditions = 1 + generator.int(below: 4)
        var tally = RoundTally(
            phase: .opinions, members: members, minimum: 2, opinions: 0, openGenerations: 0, statements: 0, unrated: 0)
        var passed: [RoundPhase] = [.opinions]
        // Few enough members to fall below the minimum in some of the runs.
        for _ in 0..<500 where tally.phase != .finished && tally.phase != .abandoned {
            // An event of the present phase, or a member leaving.
            if generator.int(below: 8) == 0, tally.members > 0 {
                let hadAnswered = tally.opinions > 0 && generator.int(below: 2) == 0
                tally.members -= 1
                if hadAnswered { tally.opinions -= 1 }
                tally.opinions = min(tally.opinions, tally.members)
                tally.unrated = max(0, tally.unrated - conditions)
            } else {
                switch tally.phase {
                case .opinions: tally.opinions = min(tally.members, tally.opinions + 1)
                case .drafting:
                    tally.openGenerations -= 1
                    if generator.int(below: 4) > 0 { tally.statements += 1 }
                case .ratings: tally.unrated -= 1
                case .pending, .finished, .abandoned: break
                }
            }
            while let next = tally.nextPhase {
                tally.phase = next
                passed.append(next)
                if next == .drafting { tally.openGenerations = conditions }
                if next == .ratings { tally.unrated = tally.statements * tally.members }
            }
        }
        let whole: [RoundPhase] = [.opinions, .drafting, .ratings, .finished]
        #expect([whole, [.opinions, .drafting, .finished], [.opinions, .abandoned], [.opinions, .drafting, .abandoned]]
            .contains(passed))
        // Once opinions are in, those who are left may rate, however few; before, they may not write alone.
        #expect(passed != [.opinions, .abandoned] || tally.members < 2)
        #expect(passed != [.opinions, .drafting, .abandoned] || tally.members == 0)
    }
}
