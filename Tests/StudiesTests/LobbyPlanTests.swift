import LanguageModel
import Studies
import Testing

@Suite struct LobbyPlanTests {
    private typealias Person = LobbyPlan<Int>.Person

    private func person(_ id: Int, _ attention: Person.Attention = .fresh, present: Bool = true, late: Bool = false) -> Person {
        Person(id: id, isPresent: present, isLate: late, attention: attention)
    }

    /// Lobbies of all kinds, the same in every run.
    private func cases(_ body: (_ people: [Person], _ size: Int, _ minimum: Int, _ places: Int, _ plan: LobbyPlan<Int>) -> Void) {
        var generator = SplitMix64(seed: 3)
        for _ in 0..<5_000 {
            let calm = generator.unit(), size = 3 + generator.int(below: 3)
            let minimum = 3 + generator.int(below: size - 2), places = generator.int(below: 4)
            let people = (0..<generator.int(below: 14)).map { id in
                person(
                    id, generator.unit() < calm ? .fresh : Person.Attention.allCases[generator.int(below: 5)],
                    present: generator.unit() < 0.8, late: generator.unit() < 0.2)
            }
            body(people, size, minimum, places, LobbyPlan(people: people, sizes: [size], minimum: minimum, places: places))
        }
    }

    private func isThere(_ person: Person) -> Bool {
        person.isPresent && person.attention != .idle && person.attention != .askedInVain
    }

    @Test("Only people of whom it is sure that they are there start, in groups of the size, or fewer when time is up")
    func groups() {
        var started = 0
        cases { people, size, minimum, places, plan in
            for group in plan.groups {
                started += 1
                #expect(group.allSatisfy { people[$0].isPresent && people[$0].attention == .fresh })
                #expect(group == group.sorted())
                #expect((minimum...size).contains(group.count))
                if group.count < size { #expect(people.contains { $0.isLate && group.contains($0.id) }) }
            }
            #expect(plan.groups.count <= places)
        }
        #expect(started > 1_000)
    }

    @Test("Every group, also a smaller one, holds whom it needs, and has the next of the sizes")
    func composed() {
        var started = 0, smaller = 0
        var generator = SplitMix64(seed: 5)
        for _ in 0..<3_000 {
            let sizes = (0..<5).map { _ in 3 + generator.int(below: 3) }
            let people = (0..<generator.int(below: 16)).map { id in
                Person(
                    id: id, isPresent: true, isLate: generator.unit() < 0.2, attention: .fresh,
                    merits: .init([generator.unit() < 0.5, generator.unit() < 0.3]))
            }
            let plan = LobbyPlan(
                people: people, sizes: sizes, minimum: 3, composition: GroupComposition([1, 1]), places: 9)
            for (group, size) in zip(plan.groups, sizes) {
                started += 1
                for need in [UInt8(1), 2] { #expect(group.contains { people[$0].merits.rawValue & need != 0 }) }
                if group.count != size {
                    smaller += 1
                    #expect((3..<size).contains(group.count) && group.contains { people[$0].isLate })
                }
            }
            let left = people.filter { person in !plan.groups.contains { $0.contains(person.id) } }
            let next = sizes[min(plan.groups.count, 4)]
            #expect(GroupComposition([1, 1]).choose(next, from: left.map(\.merits)) == nil, "a group that could start did not")
        }
        #expect(started > 1_000 && smaller > 100)
    }

    @Test("Nobody is in two groups, or in a group and somewhere else")
    func once() {
        cases { _, _, _, _, plan in
            let all = plan.groups.flatMap(\.self) + plan.asked + plan.idle + plan.ended.map(\.id)
            #expect(Set(all).count == all.count)
        }
    }

    @Test("Whoever's time is up gets a group, an end, or waits for an answer that has a deadline; nobody else times out")
    func nobodyIsStuck() {
        cases { people, _, _, places, plan in
            let ended = Dictionary(uniqueKeysWithValues: plan.ended.map { ($0.id, $0.reason) })
            let isAsking = !plan.asked.isEmpty || people.contains { $0.attention == .asked && isThere($0) }
            for person in people where person.isLate {
                #expect(plan.groups.contains { $0.contains(person.id) } || ended[person.id] != nil || isAsking)
                if !isThere(person) { #expect(ended[person.id] != nil) }
            }
            for person in people {
                switch ended[person.id] {
                case .timedOut?: #expect(person.isLate && !isThere(person))
                case .waitedInVain?: #expect(person.isLate && isThere(person))
                case .overQuota?: #expect(plan.groups.count == places)
                case nil: break
                case let other?: Issue.record("an end for \(other)")
                }
            }
        }
    }

    @Test("Whoever was asked and did not answer counts as idle, and only they do")
    func idle() {
        cases { people, _, _, _, plan in
            let ended = Set(plan.ended.map(\.id))
            #expect(plan.idle == people.filter { $0.attention == .askedInVain && !ended.contains($0.id) }.map(\.id))
        }
    }

    @Test("People who have waited are asked before their group starts; those behind them do not overtake them")
    func asks() {
        let people = [person(0, .unsure), person(1), person(2), person(3)]
        let first = LobbyPlan(people: people, sizes: [3], minimum: 3, places: 9)
        #expect(first.groups.isEmpty && first.asked == [0] && first.ended.isEmpty)
        let waiting = LobbyPlan(people: [person(0, .asked)] + people[1...], sizes: [3], minimum: 3, places: 9)
        #expect(waiting.isEmpty)
        let answered = LobbyPlan(people: [person(0)] + people[1...], sizes: [3], minimum: 3, places: 9)
        #expect(answered.groups == [[0, 1, 2]])
        let silent = LobbyPlan(people: [person(0, .askedInVain)] + people[1...], sizes: [3], minimum: 3, places: 9)
        #expect(silent.idle == [0] && silent.groups == [[1, 2, 3]])
    }
}
