import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct DeadlineTests {
    private let yaml = TestStudy.yaml(rounds: 2).replacing("size: 3", with: "size: 4")
        .replacing("code: DONE", with: "code: DONE, waiting_code: WAITED, partial_code: PART")

    private func openStudy(_ yaml: String) async throws -> Database {
        let database = try await TestDatabase.fresh()
        // The template that test databases are copied from may be older than a server's longest pause.
        try await database.execute("UPDATE deadline_watch SET watched_at = now()")
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        try await StudyCatalog(database: database).create(StudyFile(yaml: yaml))
        try await StudyCatalog(database: database).move("words", to: .open)
        return database
    }

    private func arrive(_ count: Int, _ database: Database) async throws -> [UUID] {
        var people: [UUID] = []
        for _ in 0..<count { people.append(try await StudyFixture.arrive(database)) }
        return people
    }

    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    @Test("When the lobby's time is up, those who are there start as a smaller group if they are enough")
    func smallerGroup() async throws {
        let database = try await openStudy(yaml)
        let people = try await arrive(3, database)
        try await StudyFixture.sweep(database)
        #expect(try await state(people[0], database).step == .lobby)
        try await StudyFixture.passDeadlines(database)
        for person in people { #expect(try await state(person, database).step == .stance) }
        #expect(try await database.query("SELECT size FROM groups", as: Int16.self) == [3])
    }

    @Test("When too few have come, whoever waited is let go with the code for waiting, and whoever had gone is not")
    func waitedInVain() async throws {
        let database = try await openStudy(yaml)
        let people = try await arrive(3, database)
        try await database.execute(
            "UPDATE participants SET last_seen_at = now() - interval '5 minutes' WHERE id = \(people[2])")
        try await StudyFixture.passDeadlines(database)
        for person in people[..<2] {
            let state = try await state(person, database)
            #expect(state.step == .ended)
            #expect(state.ending?.reason == .waitedInVain)
            #expect(state.completion?.code == "WAITED")
            #expect(state.debriefing == nil)
        }
        let gone = try await state(people[2], database)
        #expect(gone.ending?.reason == .timedOut)
        #expect(gone.completion == nil)
    }

    @Test("Whoever has gone from the lobby is not put in a group, and is when they come back")
    func absentFromLobby() async throws {
        let database = try await openStudy(TestStudy.yaml())
        let people = try await arrive(2, database)
        try await database.execute(
            "UPDATE participants SET last_seen_at = now() - interval '5 minutes' WHERE id = \(people[0])")
        let third = try await StudyFixture.arrive(database)
        #expect(try await state(third, database).waiting?.done == 2)
        #expect(try await database.first("SELECT count(*) FROM groups", as: Int.self) == 0)
        try await Sessions(database: database).noteConnected([people[0]])
        try await StudyFixture.sweep(database)
        for person in people + [third] { #expect(try await state(person, database).step == .stance) }
    }

    /// Makes it `seconds` later for everybody in the lobby, with their pages open all the while.
    private func wait(_ seconds: Double, _ database: Database) async throws {
        try await database.execute(
            """
            UPDATE participants SET confirmed_at = confirmed_at - make_interval(secs => \(seconds)),
                                    asked_at = asked_at - make_interval(secs => \(seconds))
            """)
        try await StudyFixture.sweep(database)
    }

    @Test("Whoever has waited is asked before a group starts; who answers is in it, who does not is in the next when back")
    func stillThere() async throws {
        let database = try await openStudy(TestStudy.yaml())
        let enrolment = Enrolment(database: database)
        let early = try await arrive(2, database)
        try await wait(120, database)
        #expect(try await state(early[0], database).presence == nil)        // nobody is asked for nothing
        let third = try await StudyFixture.arrive(database)
        for person in early { #expect(try await state(person, database).presence?.askedUntil != nil) }
        #expect(try await state(third, database).presence == nil)
        #expect(try await database.first("SELECT count(*) FROM groups", as: Int.self) == 0)

        try await enrolment.confirmPresence(early[0])
        #expect(try await state(early[0], database).presence == nil)
        try await wait(31, database)
        let silent = try await state(early[1], database)
        #expect(silent.step == .lobby && silent.presence?.isIdle == true && silent.presence?.askedUntil == nil)
        #expect(try await state(third, database).waiting?.done == 2)
        let fourth = try await StudyFixture.arrive(database)
        for person in [early[0], third, fourth] { #expect(try await state(person, database).step == .stance) }

        // Back again: in the next group, without being asked.
        try await enrolment.confirmPresence(early[1])
        #expect(try await state(early[1], database).presence == nil)
        _ = try await arrive(2, database)
        #expect(try await state(early[1], database).step == .stance)
        try await enrolment.confirmPresence(early[1])                       // the same click again
        #expect(try await state(early[1], database).step == .stance)
    }

    @Test("Time to answer runs out in the lobby, too: whoever was asked in vain is not paid for waiting, the others are")
    func askedWhenTimeIsUp() async throws {
        let database = try await openStudy(yaml)
        let people = try await arrive(3, database)
        try await wait(120, database)
        try await StudyFixture.passDeadlines(database)                                   // a smaller group could start
        for person in people { #expect(try await state(person, database).presence?.askedUntil != nil) }
        for person in people[..<2] { try await Enrolment(database: database).confirmPresence(person) }
        try await wait(31, database)
        for person in people[..<2] { #expect(try await state(person, database).ending?.reason == .waitedInVain) }
        #expect(try await state(people[2], database).ending?.reason == .timedOut)
    }

    @Test("A group goes on without whoever let a deadline pass, who may come back and rate")
    func goesOnAndComesBack() async throws {
        let database = try await openStudy(yaml)
        let people = try await arrive(4, database)
        for person in people[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        #expect(try await state(people[0], database).waiting?.of == 4)
        try await StudyFixture.passDeadlines(database)
        let state = try await state(people[0], database)
        #expect(state.waiting?.for == .statements)
        #expect(state.waiting?.of == 3)
        try await StudyFixture.makeStatements(database)

        // The fourth was away, wrote no opinion, and rates like everybody.
        #expect(try await self.state(people[3], database).step == .rating)
        await #expect(throws: StudyError.movedOn) {
            try await StudyFixture.answer(people[3], text: "Too late by now", in: database)
        }
        try await StudyFixture.rateAll(people[3], database)
        for person in people[..<3] { try await StudyFixture.rateAll(person, database) }
        for person in people {
            let state = try await self.state(person, database)
            #expect(state.step == .stance)
            #expect(state.round?.number == 2)
        }
        #expect(try await database.first("SELECT count(*) FROM members WHERE away_since IS NOT NULL", as: Int.self) == 0)
    }

    @Test("Whoever misses a whole round is a dropout, recorded with the phase, and the others are not held up")
    func dropout() async throws {
        let database = try await openStudy(yaml)
        let people = try await arrive(4, database)
        for person in people[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.passDeadlines(database)
        try await StudyFixture.makeStatements(database)
        for person in people[..<3] { try await StudyFixture.rateAll(person, database) }
        #expect(try await state(people[0], database).round?.number == 2)
        let gone = try await state(people[3], database)
        #expect(gone.ending?.reason == .timedOut)
        #expect(
            try await database.query("SELECT left_phase FROM members WHERE left_at IS NOT NULL", as: String.self)
                == ["opinions"])
        await #expect(throws: StudyError.movedOn) {
            try await StudyFixture.answer(people[3], round: 2, text: "Am I still in", in: database)
        }
        for person in people[..<3] {
            try await StudyFixture.answer(person, round: 2, text: "More of \(person)", in: database)
        }
        #expect(try await state(people[0], database).waiting?.for == .statements)
    }

    @Test("A group that falls below the minimum is let go, debriefed if it saw a statement, and paid")
    func groupEnds() async throws {
        let database = try await openStudy(TestStudy.yaml(rounds: 2).replacing("code: DONE", with: "code: DONE, partial_code: PART"))
        let people = try await arrive(3, database)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        try await StudyFixture.answer(people[0], round: 2, text: "Only I am here", in: database)
        try await StudyFixture.passDeadlines(database)
        #expect(try await database.query("SELECT state FROM groups", as: String.self) == ["released"])
        #expect(
            try await database.query("SELECT phase FROM rounds ORDER BY number", as: String.self)
                == ["finished", "abandoned"])
        let stayed = try await state(people[0], database)
        // The author of the one statement of round 1 has seen none; the others have.
        if stayed.step == .debriefing { try await Enrolment(database: database).acceptDebriefing(people[0]) }
        let ended = try await state(people[0], database)
        #expect(ended.ending?.reason == .groupEnded)
        #expect(ended.completion?.code == "PART")
        for person in people[1...] {
            let state = try await state(person, database)
            #expect(state.ending?.reason == .timedOut)
            let sawOne = try await database.first(
                "SELECT count(*) FROM presentations WHERE participant_id = \(person) AND shown_at IS NOT NULL", as: Int.self)
            #expect((state.debriefing != nil) == (sawOne != 0))
        }
    }

    @Test("Statements that are not made in time are given up, and the group goes to the next question")
    func draftingDeadline() async throws {
        let database = try await openStudy(TestStudy.yaml(rounds: 2))
        let people = try await arrive(3, database)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await StudyFixture.passDeadlines(database)
        for person in people { #expect(try await state(person, database).round?.number == 2) }
        #expect(try await !queue.finish(job, with: .opinions([job.opinions[0]])), "a late result is dropped")
        #expect(try await database.first("SELECT count(*) FROM statements", as: Int.self) == 0)
    }

    @Test("Time in which no server ran is added to the deadlines")
    func pause() async throws {
        let database = try await openStudy(TestStudy.yaml())
        let people = try await arrive(3, database)
        try await database.execute("UPDATE deadline_watch SET watched_at = now() - interval '1 hour'")
        try await StudyFixture.passDeadlines(database)
        #expect(try await state(people[0], database).step == .stance)
        try await StudyFixture.passDeadlines(database)
        #expect(try await state(people[0], database).step == .ended)
    }

    @Test("Whoever never reads the instructions, or the debriefing, comes to an end all the same")
    func idleStages() async throws {
        let database = try await openStudy(TestStudy.yaml())
        let secret = try await Enrolment(database: database).join("words", synthetic: false).secret
        let idle = try await Sessions(database: database).participant(with: secret).id
        try await StudyFixture.passDeadlines(database)
        #expect(try await state(idle, database).ending?.reason == .timedOut)

        let people = try await arrive(3, database)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        try await Enrolment(database: database).acceptDebriefing(people[0])
        try await StudyFixture.passDeadlines(database)
        let read = try await state(people[0], database), unread = try await state(people[1], database)
        #expect(read.step == .done && read.debriefing == nil)
        #expect(unread.step == .done && unread.debriefing == ["Debriefing."] && unread.completion?.code == "DONE")
        // Late is not never; but nobody is instructed whose time was over.
        try await Enrolment(database: database).acceptDebriefing(people[1])
        #expect(try await state(people[1], database).debriefing == nil)
        await #expect(throws: StudyError.movedOn) { try await Enrolment(database: database).acceptInstructions(idle) }
    }

    @Test("Several servers that watch at once act on a deadline once")
    func severalWatchers() async throws {
        let database = try await openStudy(yaml)
        var people: [UUID] = []
        for _ in 0..<5 { people += try await arrive(4, database) }
        for (index, person) in people.enumerated() where index % 4 != 3 {
            try await StudyFixture.answer(person, text: "Words of \(person)", in: database)
        }
        try await database.execute("UPDATE rounds SET phase_deadline_at = now() - interval '1 second' WHERE phase = 'opinions'")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<6 { tasks.addTask { try await StudyFixture.sweep(database) } }
            try await tasks.waitForAll()
        }
        #expect(try await database.first("SELECT count(*) FROM generations", as: Int.self) == 5)
        #expect(try await database.first("SELECT count(*) FROM members WHERE away_since IS NOT NULL", as: Int.self) == 5)
    }

    @Test("A round that cannot be moved holds up no other deadline")
    func brokenRound() async throws {
        let database = try await openStudy(TestStudy.yaml())
        let broken = try await arrive(3, database), sound = try await arrive(3, database)
        try await database.execute(
            """
            WITH version AS (
                INSERT INTO study_versions (study_id, version, question_set_version_id, settings, file)
                SELECT study_id, 99, question_set_version_id, '{}', '' FROM study_versions RETURNING id)
            UPDATE groups SET study_version_id = version.id FROM version
            WHERE groups.id = (SELECT group_id FROM members WHERE participant_id = \(broken[0]))
            """)
        try await database.execute(
            "UPDATE rounds SET phase_deadline_at = now() - interval '2 seconds' WHERE group_id = (SELECT group_id FROM members WHERE participant_id = \(broken[0]))")
        let idle = try await Enrolment(database: database).join("words", synthetic: false).secret
        let last = try await Sessions(database: database).participant(with: idle).id
        try await StudyFixture.passDeadlines(database)
        for person in sound { #expect(try await state(person, database).ending?.reason == .timedOut) }
        #expect(try await state(last, database).ending?.reason == .timedOut)
    }

    @Test("Every wait and every step has its deadline in the state; one limit holds from the consent to the lobby")
    func deadlinesAreShown() async throws {
        let database = try await openStudy(
            TestStudy.yaml().replacing("ratings_minutes: 10}", with: "ratings_minutes: 10, instructions_minutes: 7}") + """

                surveys:
                  entry: [{key: age, kind: number, text: "How old are you?"}]
                  exit: [{key: again, kind: choice, text: "Again?", options: [Gladly, Never]}]
                comprehension: {tries: 2, questions: [{key: names, text: "Names?", options: ["Yes", "No"], answer: "No"}]}
                recruitment: {source: platform, limit_minutes: 166}
                """)
        let study = try await StudyCatalog(database: database).study(named: "words")
        // 7 to the lobby, 10 in it, 10 + 10 + 10 for the round, 60 for the exit survey and 60 for the debriefing.
        #expect(study.settings.warnings.first?.contains("takes 167 minutes") == true)
        let responses = SurveyResponses(database: database), enrolment = Enrolment(database: database)
        var people: [UUID] = []
        for number in 0..<3 {
            let secret = try await enrolment.join(
                "words", synthetic: false, from: PlatformIDs(participant: "p\(number)")).secret
            let person = try await Sessions(database: database).participant(with: secret).id
            people.append(person)
            let first = try #require(try await state(person, database).deadline)
            try await responses.give(person, .entry, round: nil, answers: ["age": .number(40)])
            #expect(try await state(person, database).step == .instructions)
            #expect(try await state(person, database).deadline == first)
            try await enrolment.acceptInstructions(person)
            #expect(try await state(person, database).step == .comprehension)
            #expect(try await state(person, database).deadline == first)
            try await responses.tryComprehension(person, number: 1, answers: ["names": "No"])
            #expect(try await state(person, database).deadline != nil)
        }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        for person in people {
            #expect(try await state(person, database).survey?.kind == .exit)
            #expect(try await state(person, database).deadline != nil)
            try await responses.give(person, .exit, round: nil, answers: ["again": .text("Never")])
            let state = try await state(person, database)
            #expect(state.step == .debriefing && state.deadline != nil && state.hasCode == true)
            try await enrolment.acceptDebriefing(person)
            #expect(try await self.state(person, database).deadline == nil)
        }
    }

    @Test("Whoever was being asked whether they are there when all servers stopped has their time to answer afterwards")
    func pauseWhileAsked() async throws {
        let database = try await openStudy(TestStudy.yaml())
        let early = try await arrive(2, database)
        try await wait(120, database)
        _ = try await arrive(1, database)
        #expect(try await state(early[0], database).presence?.askedUntil != nil)
        // An hour without any server.
        try await database.execute(
            """
            UPDATE participants SET asked_at = asked_at - interval '1 hour' WHERE asked_at IS NOT NULL;
            """)
        try await database.execute("UPDATE deadline_watch SET watched_at = now() - interval '1 hour'")
        try await StudyFixture.sweep(database)
        #expect(try await state(early[0], database).presence?.isIdle == nil)
    }
}
