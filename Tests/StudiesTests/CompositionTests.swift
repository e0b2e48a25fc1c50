import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct CompositionTests {
    private static let sides = """

        surveys:
          entry:
            - {key: view, kind: scale, text: "Should buses be free?", low: "No", high: "Yes", points: 7}
        """

    private static let yaml = TestStudy.yaml().replacing(
        "groups: {size: 3, minimum: 3}",
        with: """
            groups:
              size: 3
              minimum: 3
              compose:
                - {question: view, from: 1, to: 3, at_least: 1}
                - {question: view, from: 5, to: 7, at_least: 1}
            """) + sides

    private func join(_ database: Database, as ids: PlatformIDs? = nil, synthetic: Bool = false) async throws -> UUID {
        let secret = try await Enrolment(database: database).join("words", synthetic: synthetic, from: ids).secret
        return try await Sessions(database: database).participant(with: secret).id
    }

    /// Somebody with `view` who has come as far as they can.
    private func arrive(_ database: Database, view: Double) async throws -> UUID {
        let person = try await join(database)
        try await SurveyResponses(database: database).give(person, .entry, round: nil, answers: ["view": .number(view)])
        if try await state(person, database).step == .instructions {
            try await Enrolment(database: database).acceptInstructions(person)
        }
        return person
    }

    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    private func seats(_ database: Database) async throws -> [[UUID]] {
        try await database.query(
            """
            SELECT array_agg(m.participant_id ORDER BY m.seat) FROM groups g JOIN members m ON m.group_id = g.id
            GROUP BY g.id ORDER BY g.allocation
            """, as: [UUID].self)
    }

    @Test("A group holds somebody of each side; those whom it has no use for wait, and are told how many places are taken")
    func sides() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        var people: [UUID] = []
        for view in [7.0, 6, 5, 4] { people.append(try await arrive(database, view: view)) }
        #expect(try await seats(database).isEmpty)
        for person in people {
            let waiting = try #require(try await state(person, database).waiting)
            #expect(waiting.of == 3 && waiting.done == 2, "one place is kept for the other side")
        }
        people.append(try await arrive(database, view: 2))
        #expect(try await seats(database) == [[people[0], people[1], people[4]]])
        for person in [people[2], people[3]] { #expect(try await state(person, database).waiting?.done == 2) }
        people.append(try await arrive(database, view: 1))
        #expect(try await seats(database).last == [people[2], people[3], people[5]])
    }

    @Test("When time is up a group that lacks a side does not start, and its people get the code for waiting")
    func neverOneSided() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        for _ in 0..<4 { _ = try await arrive(database, view: 7) }
        try await StudyFixture.passDeadlines(database)
        #expect(try await seats(database).isEmpty)
        #expect(
            try await database.query("SELECT DISTINCT end_reason FROM participants", as: String.self) == ["waited-in-vain"])
    }

    @Test("Groups have several sizes, each as often in every block, and fewer members may go on than may start")
    func sizes() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml().replacing("{size: 3, minimum: 3}", with: "{size: [4, 5], minimum: 4, minimum_to_go_on: 3}"))
        var people: [UUID] = []
        for _ in 0..<18 {
            people.append(try await StudyFixture.arrive(database))
            let waiting = try await state(people.last ?? UUID(), database).waiting
            if let waiting { #expect(waiting.done <= waiting.of && (4...5).contains(waiting.of)) }
        }
        let groups = try await database.query(
            "SELECT size, wanted_size, minimum FROM groups ORDER BY allocation", as: (Int16, Int16, Int16).self)
        #expect(groups.map(\.0) == groups.map(\.1))
        #expect(groups.map(\.0)[..<2].sorted() == [4, 5] && groups.map(\.0)[2...].sorted() == [4, 5])
        #expect(groups.allSatisfy { $0.2 == 3 })
        // Four of five have to be there to start; of the four who started three may go on.
        let four = try #require(try await seats(database).first { $0.count == 4 })
        for person in four[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await Departure(database: database).leave(four[3], answers: .keep)
        try await StudyFixture.makeStatements(database)
        #expect(try await database.first("SELECT phase FROM rounds WHERE phase <> 'opinions'", as: String.self) == "ratings")
    }

    @Test("A quota of an answer closes the study to those who give it, at once and for nobody else; a place that is left is free")
    func quotas() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml().replacing("code: DONE", with: "code: DONE, screen_out_code: OUT") + Self.sides
                + "\nquotas: {answers: [{question: view, from: 5, participants: 2}]}")
        let responses = SurveyResponses(database: database)
        var people: [UUID] = []
        for _ in 0..<6 { people.append(try await join(database)) }
        await withTaskGroup(of: Void.self) { tasks in
            for person in people {
                tasks.addTask { try? await responses.give(person, .entry, round: nil, answers: ["view": .number(6)]) }
            }
        }
        var inside: [UUID] = []
        for person in people {
            let state = try await state(person, database)
            if state.step == .instructions { inside.append(person) } else {
                #expect(state.ending?.reason == .quotaFilled && state.completion?.code == "OUT")
            }
        }
        #expect(inside.count == 2)
        #expect(try await state(arrive(database, view: 2), database).step == .lobby)
        #expect(try await state(arrive(database, view: 5), database).ending?.reason == .quotaFilled)
        try await Departure(database: database).leave(inside[0], answers: .keep)
        #expect(try await state(arrive(database, view: 5), database).step == .lobby)
        // A rehearsal takes nobody's place.
        let simulated = try await join(database, synthetic: true)
        try await responses.give(simulated, .entry, round: nil, answers: ["view": .number(6)])
        #expect(try await state(simulated, database).step == .instructions)
    }

    @Test("What was attached to platform ids beforehand composes groups and fills quotas, and is in the dump's tables")
    func attributes() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml().replacing(
                "{size: 3, minimum: 3}",
                with: "{size: 3, minimum: 3, compose: [{attribute: party, is: [A], at_least: 1}, {attribute: party, is: [B], at_least: 1}]}")
                + """

                    recruitment: {source: platform, attributes: [party, age]}
                    quotas: {answers: [{attribute: age, to: 29, participants: 1}]}
                    """)
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let file = folder.appending(path: "people.csv")
        try Data("Participant id,party,age,other\np1,A,40,x\np2,A,50,\np3,A,60,\np4,B,20,\np5,B,21,\n".utf8).write(to: file)
        let people = try AttributeFile(
            path: file.path(percentEncoded: false), column: "Participant id", attributes: ["party", "age"]).people
        #expect(people["p1"] == ["party": "A", "age": "40"])
        #expect(try await Submissions(database: database).attach(people, study: "words") == 5)
        #expect(try await Submissions(database: database).attach(["p3": ["party": "A"]], study: "words") == 5)

        func come(_ id: String) async throws -> UUID {
            let person = try await join(database, as: PlatformIDs(participant: id))
            try await Enrolment(database: database).acceptInstructions(person)
            return person
        }
        var inside: [UUID] = []
        for id in ["p1", "p2", "p3", "unknown"] { inside.append(try await come(id)) }
        #expect(try await seats(database).isEmpty)
        inside.append(try await come("p4"))
        #expect(try await seats(database) == [[inside[0], inside[1], inside[4]]])
        await #expect(throws: StudyError.full) { try await come("p5") }
        #expect(
            try await database.first("SELECT attributes->>'party' FROM participants WHERE platform_id = 'p4'", as: String.self)
                == "B")
        // Simulated people are like somebody of the file.
        let simulated = try await join(database, synthetic: true)
        #expect(
            try await database.first("SELECT attributes->>'party' FROM participants WHERE id = \(simulated)", as: String?.self)
                != nil)
        try await Departure(database: database).leave(inside[1], answers: .delete)
        #expect(
            try await database.first("SELECT attributes IS NULL FROM participants WHERE id = \(inside[1])", as: Bool.self) == true)
    }

    @Test("A file of attributes that cannot be used is refused with the reason")
    func badFiles() throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        for (text, words) in [
            ("id,party\np1,A\n", "no column named Participant id"), ("Participant id,x\np1,A\n", "no column named party"),
            ("Participant id,party\nno id,A\n", "is no platform id"), ("Participant id,party\np1,A\np1,B\n", "is there twice"),
        ] {
            let file = folder.appending(path: "a.csv")
            try Data(text.utf8).write(to: file)
            let error = #expect(throws: SubmissionFileError.self) {
                try AttributeFile(path: file.path(percentEncoded: false), column: "Participant id", attributes: ["party"])
            }
            #expect(error?.description.contains(words) == true)
        }
        #expect(throws: SubmissionFileError.unreadable(path: "/nowhere")) {
            try AttributeFile(path: "/nowhere", column: "id", attributes: [])
        }
    }

    @Test("What a composition or a quota asks for has to be in the study, and possible")
    func conflicts() throws {
        func problem(compose: String, quota: String = "{question: view, from: 5, participants: 2}") -> String {
            let error = #expect(throws: StudyFileError.self) {
                try StudyFile(
                    yaml: TestStudy.yaml().replacing(
                        "{size: 3, minimum: 3}", with: "{size: 3, minimum: 3, compose: [\(compose)]}")
                        + Self.sides + "\nquotas: {answers: [\(quota)]}")
            }
            return error?.description ?? ""
        }
        let fine = "{question: view, is: [\"1\"], at_least: 1}"
        for (need, words) in [
            ("{at_least: 1, is: [a]}", "needs either a question or an attribute"),
            ("{question: view, at_least: 1}", "needs either is, or from and to"),
            ("{question: view, from: 5, to: 4, at_least: 1}", "from is above to"),
            ("{question: age, from: 5, at_least: 1}", "no question age in the entry survey"),
            ("{attribute: age, from: 5, at_least: 1}", "no attribute age in recruitment.attributes"),
            ("{question: view, is: [\"8\"], at_least: 1}", "8 is not one of the answers"),
            ("{question: view, to: 3, at_least: 2}, {question: view, from: 5, at_least: 2}", "cannot hold 4 different people"),
        ] {
            #expect(problem(compose: need).contains(words), "\(need)")
        }
        #expect(problem(compose: fine, quota: "{question: age, from: 1, participants: 2}").contains("quotas.answers.1: there is no question age"))
        let goOn = #expect(throws: StudyFileError.self) {
            try StudyFile(yaml: TestStudy.yaml().replacing("minimum: 3}", with: "minimum: 3, minimum_to_go_on: 4}"))
        }
        #expect(goOn?.description.contains("minimum_to_go_on must be 3 up to groups.minimum") == true)
        let open = #expect(throws: StudyFileError.self) {
            try StudyFile(yaml: TestStudy.yaml() + "\nrecruitment: {source: open, attributes: [age]}")
        }
        #expect(open?.description.contains("they need source: platform") == true)
    }

    @Test("A quota of an attribute does not count the person it is asked for")
    func quotaCountsOthers() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml() + Self.sides + """

                recruitment: {source: platform, attributes: [age]}
                quotas: {answers: [{attribute: age, to: 29, participants: 1}]}
                """)
        _ = try await Submissions(database: database).attach(["p1": ["age": "20"]], study: "words")
        let person = try await join(database, as: PlatformIDs(participant: "p1"))
        // They are in the study by now, with an answer to give.
        try await SurveyResponses(database: database).give(person, .entry, round: nil, answers: ["view": .number(4)])
        #expect(try await state(person, database).step == .instructions)
        try await Departure(database: database).leave(person, answers: .delete)
        #expect(try await database.first("SELECT count(*) FROM platform_attributes", as: Int.self) == 0)
        // Nor does the file bring back what was deleted.
        let known = try await Submissions(database: database).attach(["p1": ["age": "20"], "p2": ["age": "30"]], study: "words")
        #expect(known == 1)
        #expect(try await database.query("SELECT platform_id FROM platform_attributes", as: String.self) == ["p2"])
    }

    @Test("Groups are composed by the stance on a question, which is then the one that they discuss first")
    func byStance() async throws {
        let key = try #require(QuestionFile(path: TestStudy.questionsFile).questions.first { $0.split == .train }?.key)
        func yaml(_ key: String, rounds: Int = 2) -> String {
            TestStudy.yaml(rounds: rounds).replacing(
                "{size: 3, minimum: 3}",
                with: """
                    {size: 3, minimum: 3, compose: [{question: view_affirming, to: 3, at_least: 1}, {question: view_affirming, from: 5, at_least: 1}]}
                    """.trimmingCharacters(in: .whitespacesAndNewlines))
                + "\nsurveys: {entry: [{key: view, kind: stance, text: How far do you agree?, question: \(key)}]}"
        }
        let database = try await StudyFixture.openStudy(yaml(key))
        var people: [UUID] = []
        for view in [6.0, 7, 4, 2] {
            let person = try await join(database)
            let survey = try #require(try await state(person, database).survey)
            let statements = try await database.first(
                "SELECT affirming_statement, negating_statement FROM questions WHERE key = \(key)", as: (String, String).self)
            #expect(survey.questions.map(\.key) == ["view_affirming", "view_negating"])
            #expect(survey.questions.allSatisfy { $0.kind == .scale && $0.points == 7 })
            #expect(survey.questions[0].text.contains(try #require(statements).0))
            #expect(survey.questions[1].text.contains(try #require(statements).1))
            try await SurveyResponses(database: database).give(
                person, .entry, round: nil, answers: ["view_affirming": .number(view), "view_negating": .number(8 - view)])
            try await Enrolment(database: database).acceptInstructions(person)
            people.append(person)
        }
        #expect(try await seats(database) == [[people[0], people[1], people[3]]])
        #expect(
            try await database.query(
                "SELECT q.key FROM rounds r JOIN questions q ON q.id = r.question_id WHERE r.number = 1", as: String.self)
                == [key])
        let unknown = try StudyFile(yaml: yaml("nothing").replacing("name: words", with: "name: other"))
        await #expect(throws: StudyError.unknownQuestion("nothing", set: "examples", split: .train)) {
            try await StudyCatalog(database: database).create(unknown)
        }
        for (question, words) in [
            ("{key: a, kind: stance, text: A}", "question is for a stance"),
            ("{key: a, kind: text, text: A, question: b}", "question is for a stance"),
            ("{key: a, kind: stance, text: A, question: b}, {key: a_affirming, kind: text, text: B}", "its key is there twice"),
            ("{key: a, kind: stance, text: A, question: b}, {key: c, kind: stance, text: A, question: d}", "a round of its own"),
        ] {
            let error = #expect(throws: StudyFileError.self) {
                try StudyFile(yaml: TestStudy.yaml() + "\nsurveys: {entry: [\(question)]}")
            }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
    }
}
