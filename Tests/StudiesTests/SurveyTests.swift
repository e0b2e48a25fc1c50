import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct SurveyTests {
    private static let surveys = """

        surveys:
          entry:
            - {key: age, kind: number, text: "How old are you?", minimum: 0, maximum: 120, eligible_from: 18}
            - {key: votes, kind: choice, text: "Do you vote?", options: ["Yes", "No"], screen_out: ["No"]}
            - {key: party, kind: choice, text: "For whom?", options: [A, B], several: true, shown_if: {question: votes, is: ["Yes"]}}
            - {key: words, kind: text, text: "Anything else?", optional: true, maximum_characters: 20}
          round:
            - {key: fair, kind: scale, text: "How fair was it?", low: Not at all, high: Very, points: 5}
          exit:
            - {key: again, kind: choice, text: "Again?", options: ["Yes", "No"]}
        comprehension:
          tries: 2
          questions:
            - {key: names, text: "Do others see your name?", options: ["Yes", "No"], answer: "No", hint: "Nobody sees names."}
        """

    private static let entry: [String: SurveyAnswer] = [
        "age": .number(40), "votes": .text("Yes"), "party": .several(["B"]),
    ]

    private func openStudy(_ yaml: String = TestStudy.yaml() + surveys) async throws -> Database {
        let database = try await TestDatabase.fresh()
        try await database.execute("UPDATE deadline_watch SET watched_at = now()")
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        try await StudyCatalog(database: database).create(StudyFile(yaml: yaml))
        try await StudyCatalog(database: database).move("words", to: .open)
        return database
    }

    private func join(_ database: Database) async throws -> UUID {
        let secret = try await Enrolment(database: database).join("words", synthetic: false).secret
        return try await Sessions(database: database).participant(with: secret).id
    }

    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    @Test("Surveys and comprehension questions come where the study has them, and the round waits for its survey")
    func wholeWay() async throws {
        let database = try await openStudy()
        let responses = SurveyResponses(database: database)
        var people: [UUID] = []
        for _ in 0..<3 {
            let person = try await join(database)
            people.append(person)
            #expect(try await state(person, database).survey?.kind == .entry)
            try await responses.give(person, .entry, round: nil, answers: Self.entry)
            try await responses.give(person, .entry, round: nil, answers: Self.entry)      // sent twice
            #expect(try await state(person, database).step == .instructions)
            try await Enrolment(database: database).acceptInstructions(person)
            #expect(try await state(person, database).comprehension?.number == 1)
            try await responses.tryComprehension(person, number: 1, answers: ["names": "No"])
        }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people {
            await #expect(throws: StudyError.self) {
                // Only once the statements are rated; the author has none to rate.
                guard try await state(person, database).statement != nil else { throw StudyError.notYet }
                try await responses.give(person, .round, round: 1, answers: ["fair": .number(3)])
            }
            while let statement = try await state(person, database).statement {
                try await Answers(database: database).rate(
                    person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
            }
            #expect(try await state(person, database).survey?.kind == .round)
            try await responses.give(person, .round, round: 1, answers: ["fair": .number(4)])
            try await responses.give(person, .round, round: 1, answers: ["fair": .number(4)])
            await #expect(throws: StudyError.answeredAlready) {
                try await responses.give(person, .round, round: 1, answers: ["fair": .number(5)])
            }
        }
        for person in people {
            #expect(try await state(person, database).survey?.kind == .exit)
            try await responses.give(person, .exit, round: nil, answers: ["again": .text("Yes")])
            #expect(try await state(person, database).step == .debriefing)
            try await Enrolment(database: database).acceptDebriefing(person)
            #expect(try await state(person, database).step == .done)
        }
        #expect(
            try await database.query("SELECT survey, count(*) FROM survey_responses GROUP BY survey ORDER BY survey", as: (String, Int).self)
                .map { "\($0.0) \($0.1)" } == ["entry 3", "exit 3", "round 3"])
    }

    @Test("Every answer to a survey that cannot be used is refused by the question's text, and nothing is stored")
    func refusals() async throws {
        let database = try await openStudy()
        let responses = SurveyResponses(database: database)
        let person = try await join(database)
        let bad: [(String, SurveyAnswer?)] = [
            ("age", nil), ("age", .text("forty")), ("age", .number(121)), ("age", .number(.infinity)),
            ("votes", .text("Perhaps")), ("votes", .several(["Yes"])), ("party", nil), ("party", .several([])),
            ("party", .several(["A", "A"])), ("party", .several(["C"])), ("party", .text("A")), ("words", .text("  ")),
            ("words", .text(String(repeating: "x", count: 21))), ("words", .number(1)),
        ]
        for (key, answer) in bad {
            var answers = Self.entry
            answers[key] = answer
            let error = await #expect(throws: StudyError.self, "\(key) \(String(describing: answer))") {
                try await responses.give(person, .entry, round: nil, answers: answers)
            }
            guard case .badSurveyAnswer? = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
        await #expect(throws: StudyError.movedOn) {
            try await responses.give(person, .exit, round: nil, answers: ["again": .text("Yes")])
        }
        await #expect(throws: StudyError.movedOn) {
            try await responses.give(person, .round, round: 1, answers: ["fair": .number(3)])
        }
        #expect(try await database.first("SELECT count(*) FROM survey_responses", as: Int.self) == 0)
        // What was not shown is not kept, and neither is what was not asked.
        var answers = Self.entry
        answers["stranger"] = .text("?")
        try await responses.give(person, .entry, round: nil, answers: answers)
        let kept = try await database.first("SELECT answers FROM survey_responses", as: JSONB<[String: SurveyAnswer]>.self)
        #expect(kept?.value == Self.entry)
    }

    @Test("Whoever is screened out, by an option or a number, has an end with its code, and frees their place")
    func screening() async throws {
        let yaml = TestStudy.yaml().replacing("code: DONE", with: "code: DONE, screen_out_code: OUT") + Self.surveys
        let database = try await openStudy(yaml + "\nquotas: {participants: 1}")
        for answers in [["age": .number(17), "votes": .text("Yes"), "party": .several(["A"])], ["age": .number(50), "votes": SurveyAnswer.text("No")]] {
            let person = try await join(database)
            await #expect(throws: StudyError.full) { try await join(database) }
            try await SurveyResponses(database: database).give(person, .entry, round: nil, answers: answers)
            let end = try await state(person, database)
            #expect(end.step == .ended && end.ending?.reason == .screenedOut && end.completion?.code == "OUT")
        }
    }

    @Test("Wrong answers can be tried again as often as the study says; the same try sent twice counts once")
    func comprehension() async throws {
        let database = try await openStudy()
        let responses = SurveyResponses(database: database)
        let person = try await join(database)
        try await responses.give(person, .entry, round: nil, answers: Self.entry)
        await #expect(throws: StudyError.movedOn) {
            try await responses.tryComprehension(person, number: 1, answers: ["names": "No"])
        }
        try await Enrolment(database: database).acceptInstructions(person)
        await #expect(throws: StudyError.self) {
            try await responses.tryComprehension(person, number: 1, answers: ["names": "Perhaps"])
        }
        for number in [2, 0, -1, .min, .max] {
            await #expect(throws: StudyError.notYet) {
                try await responses.tryComprehension(person, number: number, answers: ["names": "No"])
            }
        }
        for _ in 0..<2 { try await responses.tryComprehension(person, number: 1, answers: ["names": "Yes"]) }
        await #expect(throws: StudyError.answeredAlready) {
            try await responses.tryComprehension(person, number: 1, answers: ["names": "No"])
        }
        let question = try #require(try await state(person, database).comprehension)
        #expect(question.number == 2 && question.of == 2)
        #expect(question.questions[0].isWrong && question.questions[0].hint == "Nobody sees names.")
        try await responses.tryComprehension(person, number: 2, answers: ["names": "Yes"])
        let end = try await state(person, database)
        #expect(end.step == .ended && end.ending?.reason == .comprehensionFailed && end.completion == nil)
    }

    @Test("What a browser gets of a survey says nothing of who is screened out, nor which answer is right")
    func blind() async throws {
        let database = try await openStudy()
        let person = try await join(database)
        func json() async throws -> String {
            String(decoding: try JSONEncoder().encode(try await state(person, database)), as: UTF8.self)
        }
        let entry = try await json()
        #expect(!entry.contains("eligible") && !entry.contains("creen"))
        try await SurveyResponses(database: database).give(person, .entry, round: nil, answers: Self.entry)
        try await Enrolment(database: database).acceptInstructions(person)
        let comprehension = try await json()
        #expect(!comprehension.contains("answer") && !comprehension.contains("Nobody sees"))
    }

    @Test("Deadlines: an entry survey that is never answered times out; an exit survey that is not leads to the debriefing")
    func deadlines() async throws {
        let exit = "\nsurveys: {exit: [{key: again, kind: choice, text: Again?, options: [Of course, Never]}]}"
        let database = try await openStudy(TestStudy.yaml() + exit)
        func pass() async throws {
            try await database.execute("UPDATE participants SET stage_deadline_at = now() - interval '1 second' WHERE stage_deadline_at IS NOT NULL")
            try await DeadlineWatch(database: database, logger: .init(label: "test")).sweep()
        }
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people {
            while let statement = try await state(person, database).statement {
                try await Answers(database: database).rate(
                    person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
            }
        }
        #expect(try await state(people[0], database).survey?.kind == .exit)
        try await pass()
        for person in people { #expect(try await state(person, database).step == .debriefing) }
        try await pass()
        for person in people { #expect(try await state(person, database).step == .done) }

        let second = try await openStudy()
        let person = try await join(second)
        try await second.execute("UPDATE participants SET stage_deadline_at = now() - interval '1 second'")
        try await DeadlineWatch(database: second, logger: .init(label: "test")).sweep()
        #expect(try await state(person, second).ending?.reason == .timedOut)
    }

    @Test("What does not go together in a survey is said by question and line")
    func conflicts() {
        func problems(_ question: String, in survey: String = "entry") -> String {
            let error = #expect(throws: StudyFileError.self) {
                try StudyFile(yaml: TestStudy.yaml() + "\nsurveys: {\(survey): [\(question)]}")
            }
            return error?.description ?? ""
        }
        #expect(problems("{key: a, kind: choice, text: A}").contains("options are for a choice"))
        #expect(problems("{key: a, kind: scale, text: A}").contains("needs the words at its two ends"))
        #expect(problems("{key: a, kind: text, text: A, minimum: 1}").contains("are for a number"))
        #expect(problems("{key: a, kind: number, text: A, minimum: 3, maximum: 2}").contains("minimum is above maximum"))
        #expect(problems("{key: a, kind: choice, text: A, options: [x, y], screen_out: [z]}").contains("screen_out names z"))
        #expect(problems("{key: a, kind: number, text: A, eligible_from: 3}", in: "exit").contains("only the entry survey"))
        #expect(problems("{key: a, kind: text, text: A, shown_if: {question: b, is: [x]}}").contains("not an earlier question"))
        #expect(problems("{key: a, kind: text, text: A}, {key: a, kind: text, text: B}").contains("its key is there twice"))
        #expect(problems("{key: Bad Key, kind: text, text: A}").contains("surveys.entry.1.key must be a key"))
        let error = #expect(throws: StudyFileError.self) {
            try StudyFile(yaml: TestStudy.yaml() + "\ncomprehension: {tries: 1, questions: [{key: a, text: A, options: [x, y], answer: z}]}")
        }
        #expect(error?.description.contains("the answer is not one of its options") == true)
    }
}
