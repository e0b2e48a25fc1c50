import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct UnsentWordsTests {
    private static func group(_ database: Database) async throws -> [UUID] {
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        return people
    }

    private static func count(_ table: String, _ database: Database) async throws -> Int {
        try await database.first("SELECT count(*) FROM \(identifier: table)", as: Int.self) ?? -1
    }

    @Test("A draft grows by revisions; one that knows less is not taken, and what is there is given back")
    func revisions() async throws {
        let database = try await StudyFixture.openStudy()
        let person = try await Self.group(database)[0]
        let drafts = Drafts(database: database), reader = ParticipationReader(database: database)
        try await Answers(database: database).giveStance(
            person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "b"))
        #expect(try await reader.state(of: person).draft == nil)
        func save(_ content: String, over base: Int) async throws -> Drafts.Outcome {
            try await drafts.save(content, for: person, about: .opinion, round: 1, base: base)
        }
        #expect(try await save("one", over: 0).revision == 1)
        #expect(try await save("one and two", over: 1).revision == 2)
        let again = try await save("one and two", over: 1)
        #expect(again.revision == 2 && again.other == nil)
        let late = try await save("another window", over: 1)
        #expect(late.revision == 2 && late.other == "one and two")
        #expect(try await reader.state(of: person).draft?.content == "one and two")
        await #expect(throws: StudyError.self) {
            _ = try await save(String(repeating: "x", count: 100_001), over: 2)
        }
        await database.close()
    }

    @Test("A draft is deleted when its answer is accepted, and none is taken after that")
    func accepted() async throws {
        let database = try await StudyFixture.openStudy()
        let people = try await Self.group(database)
        let drafts = Drafts(database: database)
        for person in people {
            _ = try await drafts.save("begun", for: person, about: .opinion, round: 1, base: 0)
        }
        try await StudyFixture.answer(people[0], text: "three words here", in: database)
        #expect(try await Self.count("drafts", database) == 2)
        await #expect(throws: StudyError.movedOn) {
            _ = try await drafts.save("late", for: people[0], about: .opinion, round: 1, base: 1)
        }
        await #expect(throws: StudyError.movedOn) {
            _ = try await drafts.save("too early", for: people[1], about: .opinion, round: 2, base: 0)
        }
        // A stranger's words go nowhere.
        await #expect(throws: StudyError.movedOn) {
            _ = try await drafts.save("who am I", for: UUID(), about: .entry, round: nil, base: 0)
        }
        await database.close()
    }

    @Test("Whoever leaves leaves no draft; whoever withdraws leaves no message and no time either")
    func gone() async throws {
        let database = try await StudyFixture.openStudy()
        let people = try await Self.group(database)
        let drafts = Drafts(database: database)
        for person in people {
            _ = try await drafts.save("begun", for: person, about: .opinion, round: 1, base: 0)
            try await Messages(database: database).send("Help", key: UUID(), from: person)
            let stretch = VisibleStretch(id: UUID(), step: .stance, round: 1, statement: nil, milliseconds: 10)
            try await VisibleTime(database: database).note([stretch], of: person)
        }
        try await Departure(database: database).leave(people[0], answers: .keep)
        #expect(try await Self.count("drafts", database) == 0, "the group ended with them")
        #expect(try await Self.count("messages", database) == 3)
        try await Departure(database: database).leave(people[0], answers: .delete)
        #expect(try await Self.count("messages", database) == 2)
        #expect(try await Self.count("visible_stretches", database) == 2)
        await database.close()
    }

    @Test("Consent that is sent again with its key is one person; another key is another")
    func consent() async throws {
        let database = try await StudyFixture.openStudy()
        let enrolment = Enrolment(database: database)
        let key = Secret()
        let first = try await enrolment.join("words", synthetic: false, key: key)
        let again = try await enrolment.join("words", synthetic: false, key: key)
        #expect(first.isNew && !again.isNew)
        let sessions = Sessions(database: database)
        #expect(try await sessions.participant(with: first.secret) == sessions.participant(with: again.secret))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            let other = Secret()
            for _ in 0..<6 {
                tasks.addTask { _ = try await enrolment.join("words", synthetic: false, key: other) }
            }
            try await tasks.waitForAll()
        }
        #expect(try await Self.count("participants", database) == 2)
        await database.close()
    }

    @Test("A message is stored once; its answer is shown as new until it is read")
    func messages() async throws {
        let database = try await StudyFixture.openStudy()
        let person = try await StudyFixture.arrive(database)
        let messages = Messages(database: database), reader = ParticipationReader(database: database)
        let key = UUID()
        for _ in 0..<2 { try await messages.send(" How long?\n", key: key, from: person) }
        let sent = try #require(try await messages.list(study: "words").first)
        #expect(try await messages.list(study: "words").count == 1)
        #expect(sent.text == "How long?" && sent.answer == nil)
        let study = try await StudyCatalog(database: database).study(named: "words")
        func answer(_ id: UUID, _ text: String) async throws -> Bool {
            try await Interventions(database: database).carryOut(
                .answer(id, text: text, replacing: true), in: study, by: .commandLine
            ).done
        }
        #expect(try await answer(sent.id, "Not long."))
        #expect(try await reader.state(of: person).messages?.first?.isNew == true)
        try await messages.noteRead(by: person)
        #expect(try await reader.state(of: person).messages?.first?.isNew == nil)
        #expect(try await messages.list(study: "words").first?.isRead == true)
        await #expect(throws: StudyError.emptyMessage) { try await messages.send(" \n", key: UUID(), from: person) }
        for _ in 0..<10 { try await messages.send("Anybody?", key: UUID(), from: person) }
        await #expect(throws: StudyError.tooManyMessages) { try await messages.send("No?", key: UUID(), from: person) }
        await #expect(throws: StudyError.self) {
            _ = try await answer(UUID(), "Yes")
        }
        await database.close()
    }
}
