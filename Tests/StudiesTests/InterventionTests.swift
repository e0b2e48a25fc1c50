import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct InterventionTests {
    /// A study of two rounds with groups of four that need three, and one group in it.
    private func group(
        _ yaml: String = TestStudy.yaml(rounds: 2).replacing("size: 3", with: "size: 4")
            .replacing("code: DONE", with: "code: DONE, waiting_code: WAITED, partial_code: PART")
    ) async throws -> (database: Database, study: Study, group: UUID, people: [UUID]) {
        let database = try await StudyFixture.openStudy(yaml)
        var people: [UUID] = []
        for _ in 0..<4 { people.append(try await StudyFixture.arrive(database)) }
        let group = try #require(try await database.first("SELECT id FROM groups", as: UUID.self))
        return (database, try await StudyCatalog(database: database).study(named: "words"), group, people)
    }

    private func act(
        _ intervention: Intervention, _ study: Study, _ database: Database, key: UUID = UUID()
    ) async throws -> Intervention.Outcome {
        try await Interventions(database: database).carryOut(intervention, in: study, by: .commandLine, key: key)
    }

    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    private func logged(_ action: String, _ database: Database) async throws -> Int {
        try await database.first("SELECT count(*) FROM audit_log WHERE action = \(action)", as: Int.self) ?? 0
    }

    @Test("A reminder is on the page of whom the group waits for until they answer, and comes once a minute at most")
    func nudge() async throws {
        let (database, study, _, people) = try await group()
        #expect(try await state(people[0], database).nudgedAt == nil)
        #expect(try await act(.nudge(people[0]), study, database).done)
        #expect(try await !act(.nudge(people[0]), study, database).done)
        #expect(try await logged("participant.nudge", database) == 1)
        #expect(try await state(people[0], database).nudgedAt != nil)
        #expect(try await state(people[1], database).nudgedAt == nil)
        try await StudyFixture.answer(people[0], text: "Words of the first", in: database)
        #expect(try await state(people[0], database).nudgedAt == nil)
        // Nobody waits for whoever has answered, is away, or is in no group.
        await #expect(throws: InterventionError.notWaitedFor) { try await act(.nudge(people[0]), study, database) }
        let lonely = try await StudyFixture.arrive(database)
        await #expect(throws: InterventionError.notWaitedFor) { try await act(.nudge(lonely), study, database) }
        try await database.execute("UPDATE nudges SET sent_at = now() - interval '2 minutes'")
        #expect(try await act(.nudge(people[1]), study, database).done)
        #expect(try await logged("participant.nudge", database) == 2)
    }

    @Test("Whoever waits in the lobby can be let go, with the code for having waited")
    func releasePerson() async throws {
        let (database, study, _, people) = try await group()
        let waiting = try await StudyFixture.arrive(database)
        #expect(try await act(.releasePerson(waiting), study, database).done)
        let ended = try await state(waiting, database)
        #expect(ended.ending?.reason == .waitedInVain && ended.completion?.code == "WAITED")
        #expect(try await !act(.releasePerson(waiting), study, database).done)
        #expect(try await !act(.releasePerson(people[0]), study, database).done)
        #expect(try await state(people[0], database).step == .stance)
        #expect(try await logged("participant.release", database) == 1)
    }

    @Test("Whoever is removed is gone from their group, which goes on; the reason is in the log")
    func remove() async throws {
        let (database, study, _, people) = try await group()
        for person in people[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        #expect(try await act(.remove(people[3], reason: " asked\0 us to"), study, database).done)
        #expect(try await state(people[0], database).waiting?.for == .statements)
        #expect(try await state(people[3], database).ending?.reason == .removed)
        #expect(try await !act(.remove(people[3], reason: "again"), study, database).done)
        #expect(
            try await database.query("SELECT details->>'reason' FROM audit_log WHERE action = 'participant.remove'", as: String.self)
                == ["asked us to"])
    }

    @Test("Whoever is erased leaves their group, which goes on, and is erased once, however many ask")
    func erase() async throws {
        let (database, study, _, people) = try await group()
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<6 { tasks.addTask { try await act(.erase(people[3], reason: " asked\0 us to"), study, database).done } }
            return try await tasks.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
        #expect(
            try await database.query("SELECT details->>'reason' FROM audit_log WHERE action = 'participant.erase'", as: String.self)
                == ["asked us to"])
        #expect(
            try await database.first("SELECT count(*) FROM opinions WHERE participant_id = \(people[3])", as: Int.self) == 0)
        let ended = try await state(people[3], database)
        #expect(ended.ending?.reason == .stoppedDelete && ended.isErased == true)
        #expect(try await state(people[0], database).waiting?.for == .statements)
        // From the command line it is in the log, too.
        let report = try await Departure(database: database).erase(people[2].uuidString, study: "words", because: "a letter")
        #expect(report.isNew && report.opinions == 1)
        #expect(try await !Departure(database: database).erase(people[2].uuidString, study: "words").isNew)
        #expect(
            try await database.query(
                "SELECT via || ' ' || (details->>'reason') FROM audit_log WHERE action = 'participant.erase' ORDER BY id",
                as: String.self) == ["command-line asked us to", "command-line a letter"])
    }

    @Test("A group that is let go ends with thanks for whoever is there; whoever was away is a dropout")
    func releaseGroup() async throws {
        let (database, study, group, people) = try await group()
        for person in people[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        #expect(try await act(.moveOn(group, round: 1, phase: .opinions), study, database).done)
        #expect(try await act(.releaseGroup(group), study, database).done)
        for person in people[..<3] {
            let ended = try await state(person, database)
            #expect(ended.ending?.reason == .groupEnded && ended.completion?.code == "PART")
        }
        #expect(try await state(people[3], database).ending?.reason == .timedOut)
        #expect(try await database.query("SELECT state FROM groups", as: String.self) == ["released"])
        #expect(try await database.first("SELECT count(*) FROM generations WHERE state = 'queued'", as: Int.self) == 0)
        #expect(try await !act(.releaseGroup(group), study, database).done)
        #expect(try await !act(.moveOn(group, round: 1, phase: .drafting), study, database).done)
        #expect(try await !act(.endRound(group, round: 1), study, database).done)
        await #expect(throws: InterventionError.notUnderDeadline) {
            try await act(.extendGroup(group, minutes: 5, deadline: nil), study, database)
        }
    }

    @Test("A group moves on without whom it waited for, once, however many ask")
    func moveOn() async throws {
        let (database, study, group, people) = try await group()
        for person in people[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<6 {
                tasks.addTask { try await act(.moveOn(group, round: 1, phase: .opinions), study, database).done }
            }
            return try await tasks.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
        #expect(try await database.query("SELECT phase FROM rounds WHERE number = 1", as: String.self) == ["drafting"])
        #expect(try await logged("group.move-on", database) == 1)
        #expect(try await database.query("SELECT seat FROM members WHERE away_since IS NOT NULL", as: Int16.self) == [4])
        // In the next phase, what is not made yet is given up.
        #expect(try await act(.moveOn(group, round: 1, phase: .drafting), study, database).done)
        #expect(try await database.query("SELECT state FROM generations", as: String.self) == ["failed"])
    }

    @Test("A round that is ended is over for everybody, nobody has missed it, and the next begins")
    func endRound() async throws {
        let (database, study, group, people) = try await group()
        try await StudyFixture.answer(people[0], text: "Words of the first", in: database)
        let key = UUID()
        let first = try await act(.endRound(group, round: 1), study, database, key: key)
        #expect(first.done)
        #expect(
            try await database.query("SELECT phase FROM rounds ORDER BY number", as: String.self) == ["finished", "opinions"])
        for person in people { #expect(try await state(person, database).round?.number == 2) }
        #expect(try await database.first("SELECT max(missed_rounds) FROM members", as: Int16.self) == 0)
        // The same request again, and another admin's of the same round.
        #expect(try await act(.endRound(group, round: 1), study, database, key: key) == first)
        #expect(try await !act(.endRound(group, round: 1), study, database).done)
        #expect(try await logged("group.end-round", database) == 1)
        #expect(try await act(.endRound(group, round: 2), study, database).done)
        for person in people { #expect(try await state(person, database).step == .debriefing) }
    }

    @Test("More time is given once: by two who saw the same deadline, by the one who comes first")
    func extend() async throws {
        let (database, study, group, _) = try await group()
        func deadline() async throws -> Date {
            try #require(try await database.first("SELECT phase_deadline_at FROM rounds WHERE phase = 'opinions'", as: Date.self))
        }
        let before = try await deadline(), key = UUID()
        let first = try await act(.extendGroup(group, minutes: 5, deadline: before), study, database, key: key)
        #expect(first.done)
        await #expect(throws: InterventionError.changedMeanwhile) {
            try await act(.extendGroup(group, minutes: 5, deadline: before), study, database)
        }
        #expect(try await act(.extendGroup(group, minutes: 5, deadline: before), study, database, key: key) == first)
        #expect(abs(try await deadline().timeIntervalSince(before) - 300) < 0.001)
        for minutes in [0, -1, 241, .nan, .infinity] {
            await #expect(throws: InterventionError.badMinutes) {
                try await act(.extendGroup(group, minutes: minutes, deadline: nil), study, database)
            }
        }
        let waiting = try await StudyFixture.arrive(database)
        let stage = try #require(
            try await database.first("SELECT stage_deadline_at FROM participants WHERE id = \(waiting)", as: Date.self))
        #expect(try await act(.extendPerson(waiting, minutes: 10, deadline: stage), study, database).done)
        await #expect(throws: InterventionError.changedMeanwhile) {
            try await act(.extendPerson(waiting, minutes: 10, deadline: stage), study, database)
        }
        await #expect(throws: InterventionError.badMinutes) {
            try await act(.extendPerson(waiting, minutes: 0, deadline: nil), study, database)
        }
        let member = try #require(try await database.first("SELECT participant_id FROM members", as: UUID.self))
        await #expect(throws: InterventionError.notUnderDeadline) {
            try await act(.extendPerson(member, minutes: 5, deadline: nil), study, database)
        }
    }

    @Test("A message is answered once, unless somebody means to change the answer")
    func answer() async throws {
        let (database, study, _, people) = try await group()
        try await Messages(database: database).send("How long?", key: UUID(), from: people[0])
        let id = try #require(try await Messages(database: database).list(study: "words").first?.id)
        #expect(try await act(.answer(id, text: " Seven minutes. ", replacing: false), study, database).done)
        #expect(try await !act(.answer(id, text: "Seven minutes.", replacing: false), study, database).done)
        await #expect(throws: InterventionError.changedMeanwhile) {
            try await act(.answer(id, text: "Eight minutes.", replacing: false), study, database)
        }
        #expect(try await act(.answer(id, text: "Eight minutes.", replacing: true), study, database).done)
        #expect(try await state(people[0], database).messages?.first?.answer == "Eight minutes.")
        await #expect(throws: StudyError.emptyMessage) {
            try await act(.answer(id, text: "  ", replacing: true), study, database)
        }
        // The log says that it was answered, not what was said.
        let details = try await database.query("SELECT details::text FROM audit_log WHERE action = 'message.answer'", as: String.self)
        #expect(details == ["{}", "{}"])
    }

    @Test("A key does one thing; nothing of another study can be touched; what is refused leaves no trace")
    func refused() async throws {
        let (database, study, group, people) = try await group()
        let key = UUID()
        #expect(try await act(.nudge(people[0]), study, database, key: key).done)
        await #expect(throws: InterventionError.otherRequest) { try await act(.nudge(people[1]), study, database, key: key) }
        try await StudyCatalog(database: database).create(
            StudyFile(yaml: TestStudy.yaml().replacing("name: words", with: "name: other")))
        let other = try await StudyCatalog(database: database).study(named: "other")
        await #expect(throws: InterventionError.otherRequest) { try await act(.nudge(people[0]), other, database, key: key) }
        let id = people[0].uuidString.lowercased()
        for intervention in [
            Intervention.nudge(people[0]), .releasePerson(people[0]), .remove(people[0], reason: ""), .erase(people[0], reason: ""),
            .extendPerson(people[0], minutes: 5, deadline: nil),
        ] {
            await #expect(throws: StudyError.unknownParticipant(id, study: "other")) {
                try await act(intervention, other, database)
            }
        }
        for intervention in [
            Intervention.releaseGroup(group), .moveOn(group, round: nil, phase: nil), .endRound(group, round: nil),
            .extendGroup(group, minutes: 5, deadline: nil),
        ] {
            await #expect(throws: InterventionError.unknownGroup(group.uuidString.lowercased(), study: "other")) {
                try await act(intervention, other, database)
            }
        }
        try await Messages(database: database).send("How long?", key: UUID(), from: people[0])
        let message = try #require(try await Messages(database: database).list(study: "words").first?.id)
        await #expect(throws: StudyError.unknownMessage(message.uuidString.lowercased(), study: "other")) {
            try await act(.answer(message, text: "x", replacing: true), other, database)
        }
        #expect(try await database.first("SELECT count(*) FROM interventions", as: Int.self) == 1)
        #expect(try await database.first("SELECT count(*) FROM audit_log WHERE action NOT IN ('questions.import', 'study.create', 'study.open')", as: Int.self) == 1)
        await #expect(throws: InterventionError.unknownGroup("7", study: "words")) {
            try await Interventions(database: database).group("7", in: study)
        }
        #expect(try await Interventions(database: database).group("1", in: study) == group)
    }

    @Test("Whoever asks at once for different things about one group gets an answer, and the group is not stuck")
    func atOnce() async throws {
        let (database, study, group, people) = try await group()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let asked: [Intervention] = [
                .releaseGroup(group), .endRound(group, round: 1), .moveOn(group, round: 1, phase: .opinions), .nudge(people[0]),
                .remove(people[1], reason: ""), .extendGroup(group, minutes: 5, deadline: nil),
            ]
            for intervention in asked + asked {
                tasks.addTask {
                    do {
                        _ = try await act(intervention, study, database)
                    } catch is InterventionError {
                        // What came before has made it needless.
                    }
                }
            }
            try await tasks.waitForAll()
        }
        let live = try await database.first(
            "SELECT count(*) FROM rounds WHERE phase IN ('opinions', 'opinion-ratings', 'drafting', 'ratings')", as: Int.self)
        let active = try await database.first("SELECT count(*) FROM groups WHERE state = 'active'", as: Int.self)
        #expect(live == active)
        #expect(try await state(people[1], database).step == .ended)
    }
}
