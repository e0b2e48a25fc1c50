import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct StudyFlowTests {
    @Test("Three people who arrive form a group, answer, rate, and come to the debriefing and the end")
    func wholeStudy() async throws {
        let database = try await StudyFixture.openStudy(rounds: 2)
        let reader = ParticipationReader(database: database)
        var people: [UUID] = []
        for _ in 0..<2 { people.append(try await StudyFixture.arrive(database)) }
        let lobby = try await reader.state(of: people[0])
        #expect(lobby.step == .lobby)
        let wait = try #require(lobby.waiting)
        #expect(wait.for == .group && wait.done == 2 && wait.of == 3 && wait.progress == nil)
        people.append(try await StudyFixture.arrive(database))

        for round in 1...2 {
            for (index, person) in people.enumerated() {
                #expect(try await reader.state(of: person).step == .stance)
                #expect(try await reader.state(of: person).round?.number == round)
                try await StudyFixture.answer(person, round: round, text: "Opinion of seat \(index)", in: database)
                let state = try await reader.state(of: person)
                #expect(state.step == .waiting)
                #expect(state.waiting?.for == (index == 2 ? .statements : .opinions))
            }
            try await StudyFixture.makeStatements(database)
            var raters = 0
            for person in people {
                let state = try await reader.state(of: person)
                guard let statement = state.statement else { continue }
                raters += 1
                #expect(state.step == .rating)
                #expect(statement.text != state.opinion?.own)
                try await Answers(database: database).rate(
                    person, presentationID: statement.id, agreement: LikertValue(5, for: "a"),
                    quality: LikertValue(4, for: "q"))
            }
            // The author of the opinion that is shown does not rate it.
            #expect(raters == 2)
        }
        for person in people {
            #expect(try await reader.state(of: person).step == .debriefing)
            try await Enrolment(database: database).acceptDebriefing(person)
            try await Enrolment(database: database).acceptDebriefing(person)
            let state = try await reader.state(of: person)
            #expect(state.step == .done)
            #expect(state.completion?.code == "DONE")
        }
        let questions = try await database.query("SELECT question_id FROM rounds", as: UUID.self)
        #expect(Set(questions).count == 2)
    }

    @Test("An answer sent again is accepted once; a different one is refused and changes nothing")
    func answersAreImmutable() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let answers = Answers(database: database)
        let person = people[0]
        try await StudyFixture.answer(person, text: "I think so", in: database)
        try await StudyFixture.answer(person, text: " I think so\u{0}\n", in: database)
        await #expect(throws: StudyError.answeredAlready) {
            try await answers.giveOpinion(person, round: 1, text: "I think otherwise")
        }
        await #expect(throws: StudyError.answeredAlready) {
            try await answers.giveStance(
                person, round: 1, affirming: LikertValue(1, for: "a"), negating: LikertValue(2, for: "b"))
        }
        #expect(try await database.query("SELECT text FROM opinions", as: String.self) == ["I think so"])
        #expect(try await database.query("SELECT affirming FROM stances", as: Int16.self) == [6])
    }

    @Test("Steps cannot be taken out of order, in a round to come, or for a statement of somebody else")
    func order() async throws {
        let database = try await StudyFixture.openStudy(rounds: 2)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let answers = Answers(database: database)
        await #expect(throws: StudyError.notYet) {
            try await answers.giveOpinion(people[0], round: 1, text: "Words before stance")
        }
        await #expect(throws: StudyError.notYet) {
            try await answers.giveOpinion(people[0], round: 2, text: "Words in a later round")
        }
        await #expect(throws: StudyError.notYet) {
            try await answers.giveOpinion(people[0], round: 9_999_999, text: "Words in no round")
        }
        await #expect(throws: StudyError.notYet) { try await Enrolment(database: database).acceptDebriefing(people[0]) }
        for person in people { try await StudyFixture.answer(person, text: "Some words \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        let rows = try await database.query("SELECT id, participant_id FROM presentations", as: (UUID, UUID).self)
        let (presentation, owner) = try #require(rows.first)
        let stranger = try #require(people.first { $0 != owner })
        await #expect(throws: StudyError.unknownStatement) {
            try await answers.rate(
                stranger, presentationID: presentation, agreement: LikertValue(1, for: "a"),
                quality: LikertValue(1, for: "q"))
        }
        await #expect(throws: StudyError.unknownStatement) {
            try await answers.noteShown(stranger, presentationID: presentation)
        }
        #expect(throws: StudyError.outOfScale("agreement")) { try LikertValue(8, for: "agreement") }
    }

    @Test("An opinion that is too short or too long is refused, with what to change")
    func opinionLength() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let answers = Answers(database: database)
        try await answers.giveStance(
            people[0], round: 1, affirming: LikertValue(4, for: "a"), negating: LikertValue(4, for: "b"))
        await #expect(throws: StudyError.tooFewWords(minimum: 3, found: 2)) {
            try await answers.giveOpinion(people[0], round: 1, text: "Two words")
        }
        await #expect(throws: StudyError.tooLong(maximum: 500, found: 501)) {
            try await answers.giveOpinion(people[0], round: 1, text: String(repeating: "x", count: 501))
        }
    }

    @Test("Thirty people who arrive at once form ten groups of three, nobody in two and nobody left over")
    func crowd() async throws {
        let database = try await StudyFixture.openStudy()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<30 { tasks.addTask { _ = try await StudyFixture.arrive(database) } }
            try await tasks.waitForAll()
        }
        let sizes = try await database.query("SELECT count(*) FROM members GROUP BY group_id", as: Int.self)
        #expect(sizes == Array(repeating: 3, count: 10))
        #expect(try await database.first("SELECT count(DISTINCT participant_id) FROM members", as: Int.self) == 30)
    }

    @Test("Simulated people and real ones are never in the same group")
    func syntheticApart() async throws {
        let database = try await StudyFixture.openStudy()
        for index in 0..<6 { _ = try await StudyFixture.arrive(database, synthetic: index % 2 == 0) }
        let mixed = try await database.first(
            """
            SELECT count(*) FROM members m JOIN groups g ON g.id = m.group_id
            JOIN participants p ON p.id = m.participant_id WHERE p.synthetic <> g.synthetic
            """, as: Int.self)
        #expect(mixed == 0)
        #expect(try await database.first("SELECT count(*) FROM groups", as: Int.self) == 2)
    }

    @Test("A study that is not open takes nobody, and moves only along the allowed steps")
    func states() async throws {
        let database = try await StudyFixture.openStudy()
        let catalog = StudyCatalog(database: database)
        let enrolment = Enrolment(database: database)
        try await catalog.move("words", to: .paused)
        await #expect(throws: StudyError.notOpen(.paused)) { try await enrolment.join("words", synthetic: false) }
        try await catalog.move("words", to: .open)
        try await catalog.move("words", to: .closed)
        await #expect(throws: StudyError.notOpen(.closed)) { try await enrolment.join("words", synthetic: false) }
        await #expect(throws: StudyError.cannotBecome(study: "words", from: .closed, to: .open)) {
            try await catalog.move("words", to: .open)
        }
        await #expect(throws: StudyError.unknownStudy("nothing")) { try await catalog.move("nothing", to: .open) }
        await #expect(throws: StudyError.unknownStudy("nothing")) {
            try await enrolment.join("nothing", synthetic: false)
        }
        await #expect(throws: StudyError.studyExists("words")) {
            try await catalog.create(StudyFile(yaml: TestStudy.yaml()))
        }
    }
}
