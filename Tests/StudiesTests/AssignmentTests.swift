import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct AssignmentTests {
    private let conditions = """
        - {name: full, source: model, prompt: zero-shot}
          - {name: gap, source: model, prompt: zero-shot, exclude: 1}
          - {name: own, source: human-opinion}
          - {name: position, source: position-statement}
        """

    private func report(_ database: Database, synthetic: Bool = false) async throws -> AllocationReport {
        let study = try await StudyCatalog(database: database).study(named: "words")
        return try await AllocationReport.read(of: study.id, synthetic: synthetic, in: database)
    }

    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    @Test("Groups that form at the same time are allocated to arms in whole blocks, and simulated people leave them alone")
    func arms() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(conditions: conditions) + "\narms: [{name: few, groups: 2, conditions: [own]}, {name: all, groups: 4}]")
        // 18 people at once, and 9 simulated ones among them.
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<27 {
                tasks.addTask { _ = try await StudyFixture.arrive(database, synthetic: index % 3 == 0) }
            }
            try await tasks.waitForAll()
        }
        let arms = try await database.query(
            "SELECT arm FROM groups WHERE NOT synthetic ORDER BY allocation", as: String.self)
        #expect(arms.count == 6)
        for block in [arms[0..<3], arms[3..<6]] { #expect(block.sorted() == ["all", "all", "few"]) }
        #expect(
            try await database.query("SELECT allocation FROM groups WHERE synthetic ORDER BY 1", as: Int32.self)
                == [0, 1, 2])
        let shown = try await database.query(
            "SELECT DISTINCT array_to_string(r.conditions, ' ') FROM groups g JOIN rounds r ON r.group_id = g.id WHERE g.arm = 'few'",
            as: String.self)
        #expect(shown == ["own"])
        let report = try await report(database)
        #expect(report.arms.map(\.name) == ["all", "few"])
        #expect(report.arms.map(\.allocated) == [4, 2])
        #expect(report.arms.map(\.started) == [4, 2] && report.arms.map(\.finished) == [0, 0])
    }

    @Test("A round shows k of the conditions, an exclusion condition never without its twin, balanced over the study")
    func conditionsPerRound() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml(rounds: 2, conditions: conditions) + "\nconditions_per_round: 1")
        for _ in 0..<9 { _ = try await StudyFixture.arrive(database) }
        let rounds = try await database.query(
            "SELECT array_to_string(conditions, ' ') FROM rounds r JOIN groups g ON g.id = r.group_id ORDER BY allocation, number",
            as: String.self)
        #expect(rounds.count == 6)
        for block in [rounds[0..<3], rounds[3..<6]] { #expect(block.sorted() == ["full gap", "own", "position"]) }
        let conditions = try await report(database).conditions
        #expect(conditions.map(\.name) == ["full", "gap", "own", "position"])
        #expect(conditions.allSatisfy { $0.allocated == 2 && $0.started == 0 && $0.finished == 0 })
    }

    @Test("Only the conditions allocated to a round are run, and a position statement is shown to every member")
    func runsWhatWasAllocated() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(conditions: "- {name: position, source: position-statement}\n  - {name: own, source: human-opinion}")
                + "\narms: [{name: a, groups: 1, conditions: [position]}, {name: b, groups: 1, conditions: [position]}]")
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        #expect(try await database.query("SELECT condition FROM generations", as: String.self) == ["position"])
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await queue.finish(job, with: .positionStatements([job.positionStatements[1]]))
        for person in people {
            let state = try await state(person, database)
            let statement = try #require(state.statement)
            #expect(statement.text == state.question?.negating)
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        }
        let conditions = try await report(database).conditions
        #expect(conditions.map(\.name) == ["position"])
        #expect(conditions.map(\.finished) == [1])
    }

    @Test("A round shows as many statements of a condition as it asks for, each rated by everybody but its author")
    func severalStatements() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml(conditions: "- {name: own, source: human-opinion, statements: 2}"))
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        #expect(job.condition.statements == 2)
        try await queue.finish(job, with: .opinions([job.opinions[2], job.opinions[0]]))
        let statements = try await database.query(
            "SELECT number, author_id FROM statements ORDER BY number", as: (Int16, UUID).self)
        #expect(statements.map(\.0) == [1, 2])
        #expect(statements.map(\.1) == [job.opinions[2].participantID, job.opinions[0].participantID])
        let shown = try await database.query(
            "SELECT participant_id FROM presentations ORDER BY position", as: UUID.self)
        for person in people {
            #expect(shown.count { $0 == person } == (statements.contains { $0.1 == person } ? 1 : 2))
        }
    }

    @Test("A study that names models that are not there stays a draft, and is told how to get them")
    func unavailable() async throws {
        let conditions = """
            - {name: best, source: model, prompt: zero-shot, select: welfare, alpha: [0, 1, inf]}
              - {name: large, source: model, prompt: zero-shot, model: large@2}
            preference_model: agreement@1
            """
        let database = try await StudyFixture.openStudy(TestStudy.yaml(conditions: conditions), opening: false)
        let catalog = StudyCatalog(database: database)
        let stored = try await catalog.study(named: "words").settings
        #expect(stored.conditions.map { $0.alpha?.values } == [[0, 1, .infinity], nil])
        #expect(stored.conditions.map(\.model) == [nil, ModelName(name: "large", version: 2)])
        #expect(stored.conditions.map(\.candidates) == [16, 16])
        let refusal = await #expect(throws: StudyError.self) { try await catalog.move("words", to: .open) }
        for words in [
            "there is no preference model agreement@1", "first wave", "concord model import-ratings",
            "condition large: there is no model large@2",
        ] {
            #expect(refusal?.description.contains(words) == true, "\(refusal?.description ?? "")")
        }
        #expect(try await catalog.study(named: "words").state == .draft)
    }

    @Test("One inequality aversion is drawn per round for a condition and its twin, over all values that are listed")
    func alphas() async throws {
        let conditions = """
            - {name: full, source: model, prompt: zero-shot}
              - {name: gap, source: model, prompt: zero-shot, exclude: 1}
            """
        let database = try await StudyFixture.openStudy(TestStudy.yaml(rounds: 8, conditions: conditions))
        // Selection by welfare cannot be opened yet, so the running version is given it here.
        try await database.execute(
            """
            UPDATE study_versions SET settings = jsonb_set(settings, '{conditions}',
                (SELECT jsonb_agg(c || '{"select": "welfare", "alpha": [0, 1, "inf"]}') FROM jsonb_array_elements(settings->'conditions') c))
            """)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        try await database.execute("UPDATE rounds SET seed = number")
        for round in 1...8 {
            for person in people {
                try await StudyFixture.answer(person, round: round, text: "Words of \(person)", in: database)
            }
            try await StudyFixture.passDeadlines(database)
        }
        let drawn = try await database.query(
            "SELECT r.number, g.alpha FROM generations g JOIN rounds r ON r.id = g.round_id ORDER BY 1", as: (Int16, Double?).self)
        #expect(drawn.count == 16)
        for round in Set(drawn.map(\.0)) { #expect(Set(drawn.filter { $0.0 == round }.map(\.1)).count == 1) }
        let values = Set(drawn.compactMap(\.1))
        #expect(values.isSubset(of: [0, 1, .infinity]) && values.count > 1)
    }

    @Test("When the study has all its groups, whoever waits gets an end with the code for waiting, and nobody new comes in")
    func full() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml().replacing("code: DONE", with: "code: DONE, waiting_code: WAITED") + "\nquotas: {groups: 1}")
        // The fourth has agreed before the group was complete.
        let late = try await Enrolment(database: database).join("words", synthetic: false).secret
        let fourth = try await Sessions(database: database).participant(with: late).id
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        #expect(try await state(people[0], database).step == .stance)
        await #expect(throws: StudyError.full) { try await StudyFixture.arrive(database) }
        try await Enrolment(database: database).acceptInstructions(fourth)
        let end = try await state(fourth, database)
        #expect(end.step == .ended && end.ending?.reason == .overQuota && end.completion?.code == "WAITED")
        // A group that is let go leaves its place to another.
        for person in people { try await Departure(database: database).leave(person, answers: .keep) }
        #expect(try await database.query("SELECT state FROM groups", as: String.self) == ["released"])
        for _ in 0..<3 { _ = try await StudyFixture.arrive(database) }
        #expect(try await database.first("SELECT count(*) FROM groups WHERE state = 'active'", as: Int.self) == 1)
    }

    @Test("Of many who agree at the same time only as many get in as the study has places, and who leaves frees theirs")
    func places() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\nquotas: {participants: 4}")
        let secrets = await withTaskGroup(of: Secret?.self) { tasks in
            for _ in 0..<10 {
                tasks.addTask { try? await Enrolment(database: database).join("words", synthetic: false).secret }
            }
            return await tasks.reduce(into: [Secret]()) { list, secret in list += [secret].compactMap(\.self) }
        }
        #expect(secrets.count == 4)
        await #expect(throws: StudyError.full) { try await StudyFixture.arrive(database) }
        let first = try await Sessions(database: database).participant(with: secrets[0]).id
        try await Departure(database: database).leave(first, answers: .keep)
        _ = try await StudyFixture.arrive(database)
    }

    @Test("A draft takes an edit at once; an open study keeps its version until it is opened again, and people keep theirs")
    func versions() async throws {
        let database = try await TestDatabase.fresh()
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        let catalog = StudyCatalog(database: database)
        func file(_ title: String) throws -> StudyFile {
            try StudyFile(yaml: TestStudy.yaml().replacing("title: Words", with: "title: \(title)"))
        }
        func edit(_ title: String) async throws -> String {
            let edit = try await catalog.edit("words", with: file(title))
            return "\(edit.version) \(edit.isRunning)"
        }
        try await catalog.create(file("One"))
        #expect(try await edit("Two") == "2 true")
        #expect(try await edit("Two") == "2 true")
        #expect(try await catalog.study(named: "words").settings.title == "Two")
        try await catalog.move("words", to: .open)
        let early = try await StudyFixture.arrive(database)
        #expect(try await edit("Three") == "3 false")
        #expect(try await catalog.study(named: "words").version == 2)
        try await catalog.move("words", to: .paused)
        try await catalog.move("words", to: .open)
        let late = try await StudyFixture.arrive(database)
        #expect(try await state(early, database).study.title == "Two")
        #expect(try await state(late, database).study.title == "Three")

        let other = try StudyFile(yaml: TestStudy.yaml().replacing("name: words", with: "name: others"))
        await #expect(throws: StudyError.self) { try await catalog.edit("words", with: other) }
        await #expect(throws: StudyError.unknownStudy("others")) { try await catalog.edit("others", with: other) }
        try await catalog.move("words", to: .closed)
        await #expect(throws: StudyError.notOpen(.closed)) { try await edit("Four") }
    }

    @Test("Each version of a study has a sequence of its own; a group that is let go is replaced by the next in it")
    func versionSequences() async throws {
        func sequences(seed: Int64) async throws -> (first: [String], second: [String]) {
            let yaml = TestStudy.yaml(rounds: 4, conditions: self.conditions) + "\nconditions_per_round: 1"
            let database = try await StudyFixture.openStudy(yaml)
            try await database.execute("UPDATE studies SET seed = \(seed)")
            for _ in 0..<9 { _ = try await StudyFixture.arrive(database) }
            let catalog = StudyCatalog(database: database)
            _ = try await catalog.edit("words", with: StudyFile(yaml: yaml.replacing("title: Words", with: "title: More words")))
            try await catalog.move("words", to: .paused)
            try await catalog.move("words", to: .open)
            for _ in 0..<9 { _ = try await StudyFixture.arrive(database) }
            func shown(_ version: Int32) async throws -> [String] {
                try await database.query(
                    """
                    SELECT array_to_string(r.conditions, ' ') FROM rounds r JOIN groups g ON g.id = r.group_id
                    JOIN study_versions v ON v.id = g.study_version_id WHERE v.version = \(version)
                    ORDER BY g.allocation, r.number
                    """, as: String.self)
            }
            return (try await shown(1), try await shown(2))
        }
        let (first, second) = try await sequences(seed: 7)
        #expect(first.count == 12 && second.count == 12 && first != second)
        let again = try await sequences(seed: 7)
        #expect(again.first == first && again.second == second)
    }

    @Test("Questions are used evenly over a study, also when their set has a new version, and in any round")
    func questionsBalanced() async throws {
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions.filter { $0.split == .train }
        let database = try await StudyFixture.openStudy(TestStudy.yaml(rounds: 3))
        for _ in 0..<15 { _ = try await StudyFixture.arrive(database) }
        // The same questions but for one's wording: a new version of the set, and of the study.
        var changed = try QuestionFile(path: TestStudy.questionsFile).questions
        changed[0].text += " Or not?"
        _ = try await QuestionSets(database: database).store(changed, as: "examples")
        let catalog = StudyCatalog(database: database)
        _ = try await catalog.edit("words", with: StudyFile(yaml: TestStudy.yaml(rounds: 3) + "\n"))
        try await catalog.move("words", to: .paused)
        try await catalog.move("words", to: .open)
        for _ in 0..<15 { _ = try await StudyFixture.arrive(database) }
        let used = try await database.query(
            "SELECT q.key, count(*), min(r.number) FROM rounds r JOIN questions q ON q.id = r.question_id GROUP BY q.key",
            as: (String, Int, Int16).self)
        #expect(used.reduce(0) { $0 + $1.1 } == 30)
        let counts = questions.map { question in used.first { $0.0 == question.key }?.1 ?? 0 }
        #expect((counts.max() ?? 9) - (counts.min() ?? 0) <= 1, "\(counts)")
        #expect(try await database.first("SELECT count(DISTINCT study_version_id) FROM groups", as: Int.self) == 2)
    }

    @Test("A person who comes again, to another study, gets no question that they have had")
    func noQuestionAgain() async throws {
        let platform = "\nrecruitment: {source: platform}"
        let count = try QuestionFile(path: TestStudy.questionsFile).questions.count { $0.split == .train }
        let rounds = min(20, count / 2)
        let database = try await StudyFixture.openStudy(TestStudy.yaml(rounds: rounds) + platform)
        let catalog = StudyCatalog(database: database)
        try await catalog.create(
            StudyFile(yaml: TestStudy.yaml(rounds: rounds).replacing("name: words", with: "name: again") + platform))
        try await catalog.move("again", to: .open)
        for study in ["words", "again"] {
            for person in ["one", "two", study] {
                let secret = try await Enrolment(database: database).join(
                    study, synthetic: false, from: PlatformIDs(participant: person)).secret
                let id = try await Sessions(database: database).participant(with: secret).id
                try await Enrolment(database: database).acceptInstructions(id)
            }
            try await database.execute("UPDATE rounds SET started_at = now()")
        }
        let asked = try await database.query(
            "SELECT q.key FROM rounds r JOIN questions q ON q.id = r.question_id", as: String.self)
        #expect(asked.count == 2 * rounds && Set(asked).count == 2 * rounds)
    }
}
