import Foundation
import LanguageModel
import Studies
import Testing

@Suite struct RoundMachineTests {
    private static let people = (0..<5).map { _ in UUID() }

    private func round(
        _ members: Int = 3, minimum: Int = 3, missedRounds: Int = 1, ratesOpinions: Bool = false, hasSurvey: Bool = false,
        isLastRound: Bool = false
    ) -> RoundMachine {
        RoundMachine(
            rules: .init(
                minimum: minimum, missedRounds: missedRounds, ratesOpinions: ratesOpinions, hasSurvey: hasSurvey,
                isLastRound: isLastRound),
            members: Self.people.prefix(members).map { RoundMachine.Member(id: $0) })
    }

    @Test("A round waits in every phase until the last answer of that phase is in")
    func waits() {
        let (a, b, c) = (Self.people[0], Self.people[1], Self.people[2])
        var round = round(ratesOpinions: true, hasSurvey: true, isLastRound: true)
        #expect(round.take(.wrote(a)) == [] && round.take(.answered(c)) == [] && round.take(.wrote(b)) == [])
        #expect(round.take(.wrote(c)) == [.openOpinionRatings] && round.phase == .opinionRatings)
        let shown = [a: UUID(), b: UUID(), c: UUID()]
        #expect(round.take(.presented(shown.mapValues { [$0] })) == [])
        #expect(round.take(.rated(a, of: shown[a]!)) == [] && round.take(.rated(b, of: shown[b]!)) == [])
        #expect(round.take(.rated(c, of: shown[c]!)) == [.openDrafting])
        let generations = [RoundMachine.Generation(id: UUID()), RoundMachine.Generation(id: UUID())]
        #expect(round.take(.ordered(generations)) == [])
        #expect(round.take(.finished(generations[0].id, statements: 1)) == [])
        #expect(
            round.take(.failed(generations[1].id, attempt: 1, because: "x")) == [.retry(generations[1].id, because: "x")])
        #expect(
            round.take(.failed(generations[1].id, attempt: 2, because: "y"))
                == [.giveUp(generations[1].id, because: "y"), .openRatings])
        #expect(round.take(.presented(shown.mapValues { [$0] })) == [])
        for (person, statement) in shown { #expect(round.take(.rated(person, of: statement)) == []) }
        #expect(round.take(.surveyed(a)) == [] && round.take(.surveyed(b)) == [])
        #expect(round.take(.surveyed(c)) == [.finishRound, .finishGroup, .passOn(a), .passOn(b), .passOn(c)])
        #expect(round.take(.deadlinePassed) == [] && round.phase == .finished)
    }

    @Test("A round waits for the review of opinions that are held, of those who are still there, and only to its deadline")
    func review() {
        let (a, b, c) = (Self.people[0], Self.people[1], Self.people[2])
        func held(_ ids: [UUID]) -> RoundMachine {
            var round = RoundMachine(
                rules: .init(
                    minimum: 2, missedRounds: 1, ratesOpinions: true, hasSurvey: false, isLastRound: true, reviewsOpinions: true),
                members: [a, b, c].map { RoundMachine.Member(id: $0, isHeld: ids.contains($0)) })
            _ = round.take(.wrote(a))
            _ = round.take(.wrote(b))
            return round
        }
        var none = held([])
        #expect(none.take(.wrote(c)) == [.openOpinionRatings])
        var two = held([a, b])
        #expect(two.take(.wrote(c)) == [.openReview] && two.phase == .review)
        #expect(two.take(.presented([:])) == [])
        #expect(two.take(.reviewed(a, withdrawn: [], statementsLeft: [:])) == [])
        var late = two, left = two, erased = two
        #expect(two.take(.reviewed(b, withdrawn: [], statementsLeft: [:])) == [.openOpinionRatings])
        #expect(late.take(.deadlinePassed) == [.openOpinionRatings], "nobody is away for it")
        #expect(left.take(.left(b)) == [.openOpinionRatings])
        #expect(erased.take(.left(b)) + erased.take(.erased(b, withdrawn: [], statementsLeft: [:])) == [.openOpinionRatings])
        // What is hidden later is taken back.
        let shown = [a: UUID(), c: UUID()]
        _ = late.take(.presented(shown.mapValues { [$0] }))
        #expect(late.take(.reviewed(b, withdrawn: Set(shown.values), statementsLeft: [:])) == [.openDrafting])
    }

    @Test("A round whose every generation failed is finished, not stuck; one that nothing was ordered for, too")
    func failedGenerations() {
        var round = round()
        for person in Self.people[..<3] { _ = round.take(.wrote(person)) }
        var empty = round
        let generation = RoundMachine.Generation(id: UUID())
        _ = round.take(.ordered([generation]))
        #expect(
            round.take(.deadlinePassed)
                == [.giveUp(generation.id, because: "not made within the study's time limit"), .finishRound, .startNextRound])
        #expect(empty.take(.ordered([])) == [.finishRound, .startNextRound])
    }

    @Test("A round that an admin ends is over in any phase, is missed by nobody, and leaves whoever is away out of it")
    func endedEarly() {
        let (a, b, c, d) = (Self.people[0], Self.people[1], Self.people[2], Self.people[3])
        var early = round(4)
        #expect(early.take(.endedEarly) == [.finishRound, .startNextRound] && early.take(.endedEarly) == [])
        var round = round(4, missedRounds: 2)
        for person in [a, b, c] { _ = round.take(.wrote(person)) }
        #expect(round.take(.deadlinePassed) == [.markAway(d, in: .opinions), .openDrafting])
        let generation = RoundMachine.Generation(id: UUID(), included: [a, b, c])
        _ = round.take(.ordered([generation]))
        #expect(
            round.take(.endedEarly)
                == [.giveUp(generation.id, because: "a study admin ended the round"), .finishRound, .startNextRound])
        #expect(round.members.allSatisfy { $0.missedRounds == 0 })
        #expect(round.take(.finished(generation.id, statements: 1)) == [], "what comes too late changes nothing")
        // With too few who are there, the group ends with the round.
        var small = self.round(3)
        _ = small.take(.left(a))
        #expect(small.phase == .abandoned)
        var last = self.round(3, isLastRound: true)
        #expect(last.take(.endedEarly) == [.finishRound, .finishGroup, .passOn(a), .passOn(b), .passOn(c)])
    }

    @Test("A group that an admin lets go ends at once: thanks for whoever is there, an end for whoever was away")
    func released() {
        let (a, b, c, d) = (Self.people[0], Self.people[1], Self.people[2], Self.people[3])
        var round = round(4, missedRounds: 2)
        for person in [a, b, c] { _ = round.take(.wrote(person)) }
        _ = round.take(.deadlinePassed)
        let generation = RoundMachine.Generation(id: UUID(), included: [a, b, c])
        _ = round.take(.ordered([generation]))
        #expect(
            round.take(.released) == [
                .abandonRound, .giveUp(generation.id, because: "the group ended"), .releaseGroup, .drop(d), .letGo(a), .letGo(b),
                .letGo(c),
            ])
        #expect(round.phase == .abandoned && round.take(.released) == [] && round.take(.endedEarly) == [])
    }

    @Test("Whoever lets a deadline pass is away until they answer; whoever misses rounds in a row is a dropout")
    func away() {
        let (a, d) = (Self.people[0], Self.people[3])
        var round = round(4, missedRounds: 2)
        for person in Self.people[..<3] { _ = round.take(.wrote(person)) }
        #expect(round.take(.deadlinePassed) == [.markAway(d, in: .opinions), .openDrafting])
        let generation = RoundMachine.Generation(id: UUID(), included: Set(Self.people[..<3]))
        _ = round.take(.ordered([generation]))
        #expect(round.take(.finished(generation.id, statements: 1)) == [.openRatings])
        let shown = Dictionary(uniqueKeysWithValues: Self.people[..<4].map { ($0, UUID()) })
        _ = round.take(.presented(shown.mapValues { [$0] }))
        var other = round
        for person in Self.people[..<2] { _ = round.take(.rated(person, of: shown[person]!)) }
        #expect(
            round.take(.rated(Self.people[2], of: shown[Self.people[2]]!))
                == [.finishRound, .countMissed(d, 1), .startNextRound])
        #expect(other.take(.rated(d, of: shown[d]!)) == [.welcomeBack(d)])
        #expect(other.take(.rated(d, of: shown[d]!)) == [])
        #expect(other.take(.left(a)) == [])
    }

    @Test("Words that are taken back are made good: what is being made of them is made anew, or not if it would be another's twin")
    func erased() {
        let writers = Array(Self.people[..<4]), gone = writers[0]
        let gap = RoundMachine.Generation(id: UUID(), included: Set(writers[1...]))
        let full = RoundMachine.Generation(id: UUID(), included: Set(writers), exclusions: [gap.id])
        let few = RoundMachine.Generation(id: UUID(), included: [gone, writers[1]])
        let own = RoundMachine.Generation(id: UUID(), needs: 1, included: [gone, writers[1]])
        let position = RoundMachine.Generation(id: UUID(), needs: 0, included: Set(writers))
        var round = round(4)
        for person in writers { _ = round.take(.wrote(person)) }
        _ = round.take(.ordered([full, gap, few, own, position]))
        #expect(round.take(.left(gone)) == [])
        let effects = round.take(.erased(gone, withdrawn: [], statementsLeft: [:]))
        #expect(effects.count == 3 && effects.contains(.giveUp(few.id, because: "a member withdrew")))
        #expect(effects.contains(.remake(own.id, of: [writers[1]])))
        #expect(effects.contains { if case .skip(full.id, _) = $0 { true } else { false } })
        #expect(round.take(.erased(gone, withdrawn: [], statementsLeft: [:])) == [])
        for generation in [gap, own] { #expect(round.take(.finished(generation.id, statements: 1)) == []) }
        // A statement that was made, and whose text is gone, is none.
        #expect(round.take(.erased(gone, withdrawn: [], statementsLeft: [gap.id: 0, own.id: 0])) == [])
        #expect(round.take(.finished(position.id, statements: 0)) == [.finishRound, .startNextRound])
    }

    // MARK: - Whatever happens

    /// What a round is told and asked for in one run, by chance.
    private struct Run {
        var generator: SplitMix64
        var round: RoundMachine
        var effects: [RoundMachine.Effect] = []
        var phases: [RoundPhase] = [.opinions]
        /// Who left by choice.
        var gone: Set<UUID> = []
        var attempts: [UUID: Int] = [:]
        /// Who was away when it began.
        let awayAtFirst: Set<UUID>

        init(seed: UInt64) {
            var generator = SplitMix64(seed: seed)
            let size = 3 + generator.int(below: 3), minimum = 2 + generator.int(below: size - 1)
            let members = RoundMachineTests.people.prefix(size).map { id in
                RoundMachine.Member(
                    id: id, presence: generator.int(below: 8) == 0 ? .away : .present, isHeld: generator.int(below: 3) == 0,
                    missedRounds: generator.int(below: 2))
            }
            round = RoundMachine(
                rules: .init(
                    minimum: minimum, missedRounds: 1 + generator.int(below: 3), ratesOpinions: generator.int(below: 2) == 0,
                    hasSurvey: generator.int(below: 2) == 0, isLastRound: generator.int(below: 3) == 0,
                    reviewsOpinions: generator.int(below: 2) == 0),
                members: members)
            self.generator = generator
            awayAtFirst = Set(members.filter { $0.presence == .away }.map(\.id))
            take(.answered(members[0].id))
        }

        var isOver: Bool { !round.phase.isLive }

        mutating func take(_ event: RoundMachine.Event) {
            let new = round.take(event)
            effects += new
            if round.phase != phases.last { phases.append(round.phase) }
            switch new.last {
            case .openOpinionRatings, .openRatings:
                let members = round.members.filter { $0.presence != .left }
                take(
                    .presented(
                        members.reduce(into: [:]) { shown, member in
                            shown[member.id] = Set((0..<generator.int(below: 3)).map { _ in UUID() })
                        }))
            case .openReview: take(.presented([:]))
            case .openDrafting:
                let writers = Set(round.members.filter { $0.hasWritten && $0.presence != .left }.map(\.id))
                take(
                    .ordered(
                        (0..<generator.int(below: 4)).map { _ in
                            RoundMachine.Generation(
                                id: UUID(), state: generator.int(below: 6) == 0 ? .skipped : .queued,
                                needs: generator.int(below: 3), included: writers)
                        }))
            default: break
            }
        }

        /// Something that may happen now.
        mutating func step() {
            let member = round.members[generator.int(below: round.members.count)]
            switch generator.int(below: 14) {
            case 0: take(.deadlinePassed)
            case 1:
                guard member.presence != .left else { return }
                gone.insert(member.id)
                take(.left(member.id))
                if generator.int(below: 2) == 0 {
                    let withdrawn = Set(round.members.flatMap(\.unrated).filter { _ in generator.int(below: 3) == 0 })
                    let emptied = round.generations.filter { _ in generator.int(below: 3) == 0 }.map { ($0.id, 0) }
                    take(
                        .erased(
                            member.id, withdrawn: withdrawn,
                            statementsLeft: Dictionary(emptied, uniquingKeysWith: { one, _ in one })))
                }
            case 2...4:
                guard let generation = round.generations.filter(\.state.isOpen).randomElement(using: &generator) else { return }
                let attempt = 1 + attempts[generation.id, default: 0]
                switch generator.int(below: 4) {
                case 0:
                    attempts[generation.id] = attempt
                    take(.failed(generation.id, attempt: attempt, because: "chance"))
                case 1:
                    if attempt < RoundMachine.maximumAttempts { attempts[generation.id] = attempt }
                    take(.hung(generation.id, attempt: attempt))
                default: take(.finished(generation.id, statements: generator.int(below: 3)))
                }
            default:
                guard member.presence != .left else { return }
                switch round.phase {
                case .opinions: take(generator.int(below: 3) == 0 ? .answered(member.id) : .wrote(member.id))
                case .opinionRatings, .ratings:
                    if let next = member.unrated.first {
                        take(.rated(member.id, of: next))
                    } else if round.phase == .ratings, round.rules.hasSurvey {
                        take(.surveyed(member.id))
                    }
                case .review: take(.reviewed(member.id, withdrawn: [], statementsLeft: [:]))
                case .drafting, .pending, .finished, .abandoned: break
                }
            }
        }
    }

    @Test("Whatever happens in whatever order, a round comes to one end, and does everything once", arguments: 0..<600)
    func anyOrder(seed: UInt64) {
        var run = Run(seed: seed)
        for _ in 0..<(10 + Int(seed % 90)) where !run.isOver { run.step() }
        // However little has happened: a deadline for each phase that is left.
        for _ in 0..<6 where !run.isOver { run.take(.deadlinePassed) }
        let effects = run.effects, members = run.round.members
        #expect(run.isOver, "\(run.phases)")

        // Phases come in their order, each once.
        let order: [RoundPhase] = [.opinions, .review, .opinionRatings, .drafting, .ratings, .finished, .abandoned]
        let places = run.phases.compactMap { order.firstIndex(of: $0) }
        #expect(places == places.sorted() && Set(places).count == places.count)
        #expect(run.round.rules.ratesOpinions || !run.phases.contains(.opinionRatings))
        #expect(run.round.rules.reviewsOpinions || !run.phases.contains(.review))
        for once in [RoundMachine.Effect.openReview, .openOpinionRatings, .openDrafting, .openRatings] {
            #expect(effects.count { $0 == once } <= 1)
        }
        #expect(effects.count { $0 == .finishRound || $0 == .abandonRound } == 1)
        let fates = effects.filter { [.startNextRound, .finishGroup, .releaseGroup].contains($0) }
        #expect(fates.count == 1)

        // Everybody who did not leave goes one way: on, with the group, or as a dropout.
        var dropped: [UUID] = [], passed: [UUID] = [], letGo: [UUID] = []
        for effect in effects {
            switch effect {
            case .drop(let id): dropped.append(id)
            case .passOn(let id): passed.append(id)
            case .letGo(let id): letGo.append(id)
            default: break
            }
        }
        let ways = dropped + passed + letGo
        #expect(Set(ways).count == ways.count && Set(ways).isDisjoint(with: run.gone))
        let stayed = members.filter { $0.presence != .left }.map(\.id)
        switch fates.first {
        case .startNextRound:
            #expect(!run.round.rules.isLastRound && passed.isEmpty && letGo.isEmpty)
            #expect(members.count { $0.presence == .present } >= run.round.rules.minimum, "it goes on with enough only")
            #expect(Set(stayed).union(dropped).union(run.gone) == Set(members.map(\.id)))
        case .releaseGroup:
            #expect(letGo.count < run.round.rules.minimum, "it is let go with too few only")
            #expect(passed.isEmpty && Set(letGo) == Set(stayed))
        case .finishGroup:
            #expect(run.round.rules.isLastRound && letGo.isEmpty && Set(passed) == Set(stayed))
        default: break
        }
        // Nobody is both dropped and asked for ratings; whoever was there and answered is no dropout.
        for id in dropped {
            let member = members.first { $0.id == id }
            #expect(member?.presence == .left)
            #expect(
                (member?.missedRounds ?? 0) >= run.round.rules.missedRounds
                    || effects.contains { if case .markAway(id, _) = $0 { true } else { false } }
                    || run.awayAtFirst.contains(id))
        }

        // Statements: each is given up, skipped or finished once, and tried again at most once.
        for generation in run.round.generations {
            let ends = effects.count {
                switch $0 {
                case .giveUp(generation.id, _), .skip(generation.id, _): true
                default: false
                }
            }
            #expect(ends <= 1 && (ends == 0) == (generation.state != .failed && (generation.state != .skipped || ends == 0)))
            #expect(effects.count { if case .retry(generation.id, _) = $0 { true } else { false } } <= RoundMachine.maximumAttempts)
            #expect(!generation.state.isOpen || run.round.phase != .finished)
        }

        // Nothing more happens in a round that is over.
        var over = run.round
        for member in members { #expect(over.take(.wrote(member.id)).allSatisfy { $0 == .welcomeBack(member.id) }) }
        #expect(over.take(.deadlinePassed) == [])
    }
}
