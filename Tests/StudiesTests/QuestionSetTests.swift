import Consensus
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct QuestionSetTests {
    private static let header = "id,question,affirming_statement,negating_statement,topic,split\n"

    private static func question(_ key: String, _ text: String, topic: String? = "t", split: Split? = .train) -> Question {
        Question(key: key, text: text, affirmingStatement: "Yes, so.", negatingStatement: "No, not so.", topic: topic, split: split)
    }

    /// A set of three questions.
    private static func three(_ database: Database? = nil) async throws -> QuestionSets {
        let fresh = if let database { database } else { try await TestDatabase.fresh() }
        let sets = QuestionSets(database: fresh)
        try await sets.store(
            [question("a", "Should zoos be closed?"), question("b", "Should voting be compulsory?"), question("c", "Should trains be free?")],
            as: "three")
        return sets
    }

    private static func keys(_ sets: QuestionSets) async throws -> [String] {
        try await sets.questions(of: "three").map(\.key)
    }

    @Test("A question file is stored and read back as it was; storing it again adds no version, a change adds one")
    func versions() async throws {
        let sets = QuestionSets(database: try await TestDatabase.fresh())
        var questions = try QuestionFile(path: TestStudy.questionsFile).questions
        #expect(questions.count >= 60)
        var stored = try await sets.store(questions, as: "examples")
        #expect(stored.version == 1 && stored.isNew)
        #expect(try await sets.questions(of: "examples") == questions)
        stored = try await sets.store(questions, as: "examples")
        #expect(stored.version == 1 && !stored.isNew)
        questions[3].text += " Really?"
        stored = try await sets.store(questions, as: "examples")
        #expect(stored.version == 2 && stored.isNew)
        #expect(try await sets.questions(of: "examples")[3].text.hasSuffix("Really?"))
        #expect(!(try await sets.questions(of: "examples", version: 1)[3].text.hasSuffix("Really?")))
        await #expect(throws: QuestionSetError.unknownVersion(9, set: "examples")) {
            try await sets.questions(of: "examples", version: 9)
        }
        await #expect(throws: StudyError.unknownQuestionSet("none")) { try await sets.history(of: "none") }
        await #expect(throws: StudyError.badName("No Name")) { try await sets.store(questions, as: "No Name") }
    }

    @Test("Quotes, commas, line breaks and SQL in a question are kept as they are")
    func hostileText() async throws {
        let sets = QuestionSets(database: try await TestDatabase.fresh())
        let text = "Should \"we\", or they, '); DROP TABLE questions; --?"
        let csv = Self.header + "q,\"\(text.replacing("\"", with: "\"\""))\",\"Yes,\nwe should.\",No.,t,train\n"
        let questions = try QuestionFile(csv: csv).questions
        #expect(questions.first?.text == text)
        #expect(questions.first?.affirmingStatement == "Yes,\nwe should.")
        _ = try await sets.store(questions, as: "hostile")
        #expect(try await sets.questions(of: "hostile") == questions)
    }

    @Test("A study over an unknown question set, or one that is too small, cannot be created")
    func studyNeedsQuestions() async throws {
        let database = try await TestDatabase.fresh()
        let catalog = StudyCatalog(database: database)
        let file = try StudyFile(yaml: TestStudy.yaml(rounds: 2))
        await #expect(throws: StudyError.unknownQuestionSet("examples")) { try await catalog.create(file) }
        // A question without a split is not used.
        _ = try await QuestionSets(database: database).store(
            [Self.question("a", "Q?"), Self.question("b", "R?", split: nil)], as: "examples")
        await #expect(throws: StudyError.emptySplit(set: "examples", split: .train, needed: 2, found: 1)) {
            try await catalog.create(file)
        }
        #expect(try await QuestionSets(database: database).list().first?.unassigned == 1)
    }

    @Test("Questions are added, edited, moved, retired and taken back, each as a version that says what was done and by whom")
    func changes() async throws {
        let database = try await TestDatabase.fresh()
        let sets = try await Self.three(database), ada = try await StudyFixture.actor("ada", in: database)
        #expect(try await sets.add(Self.question(" d ", " Should cars be banned? ", topic: " "), to: "three", by: ada) == 2)
        var edited = try await sets.questions(of: "three")[0]
        edited.text = "Should all zoos be closed?"
        #expect(try await sets.edit(edited, in: "three", knowing: 2) == 3)
        #expect(try await sets.move("d", to: 1, in: "three") == 4)
        #expect(try await sets.retire(["b"], from: "three") == 5)
        #expect(try await Self.keys(sets) == ["d", "a", "c"])
        #expect(try await sets.retired(from: "three").map(\.question.key) == ["b"])
        #expect(try await sets.restore("b", to: "three") == 6)
        #expect(try await sets.move("d", to: 99, in: "three") == 7)
        #expect(try await Self.keys(sets) == ["a", "c", "b", "d"])
        #expect(try await sets.retired(from: "three").isEmpty)

        let history = try await sets.history(of: "three")
        #expect(history.map(\.version) == [7, 6, 5, 4, 3, 2, 1])
        #expect(history.map(\.questions) == [4, 4, 3, 4, 4, 4, 3])
        #expect(history[5].note == "Added d." && history[5].madeBy == "ada" && history[4].madeBy == nil)
        let log = try await database.query(
            "SELECT action, via, subject, details ->> 'version' FROM audit_log ORDER BY id LIMIT 3", as: (String, String, String, String).self)
        #expect(log.map(\.0) == ["questions.import", "questions.add", "questions.edit"] && log.map(\.3) == ["1", "2", "3"])
        #expect(log.map(\.1) == ["command-line", "page", "command-line"] && log.allSatisfy { $0.2 == "three" })
        let added = try await sets.questions(of: "three")[3]
        #expect(added.key == "d" && added.topic == nil && added.text == "Should cars be banned?")
        let whole = try await sets.difference(of: "three", from: 1, to: 7)
        #expect(whole.difference.added.map(\.key) == ["d"] && whole.difference.moved.count == 1)
        #expect(whole.difference.changed.map(\.key) == ["a"])
        let last = try await sets.difference(of: "three")
        #expect(last.from == 6 && last.to == 7 && last.difference.moved == ["d"])
        #expect(try await sets.difference(of: "three", from: 0, to: 1).difference.added.count == 3)
    }

    @Test("A change of what has changed meanwhile, or of what is not there, is refused and changes nothing")
    func refusals() async throws {
        let sets = try await Self.three()
        await #expect(throws: QuestionSetError.changedMeanwhile(set: "three", version: 1)) {
            try await sets.retire(["a"], from: "three", knowing: 7)
        }
        await #expect(throws: QuestionSetError.unknownQuestion("x", set: "three")) { try await sets.retire(["a", "x"], from: "three") }
        await #expect(throws: QuestionSetError.unknownQuestion("x", set: "three")) { try await sets.move("x", to: 1, in: "three") }
        await #expect(throws: QuestionSetError.questionExists("a", set: "three")) {
            try await sets.add(Self.question("a", "Again?"), to: "three")
        }
        await #expect(throws: QuestionSetError.badQuestion("question is empty")) {
            try await sets.edit(Self.question("a", "  "), in: "three")
        }
        await #expect(throws: QuestionSetError.lastQuestion(set: "three")) { try await sets.retire(["a", "b", "c"], from: "three") }
        await #expect(throws: QuestionSetError.notRetired("a", set: "three")) { try await sets.restore("a", to: "three") }
        await #expect(throws: QuestionSetError.unknownTopic("x", set: "three")) { try await sets.renameTopic("x", to: "y", in: "three") }
        await #expect(throws: QuestionSetError.self) { try await sets.setTopic(" ", of: ["a"], in: "three") }
        #expect(try await sets.newestVersion(of: "three") == 1)
    }

    @Test("Two changes at once both take place, or one is told that it came too late")
    func together() async throws {
        let sets = try await Self.three()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for key in ["a", "b"] { group.addTask { try await sets.retire([key], from: "three") } }
            try await group.waitForAll()
        }
        #expect(try await Self.keys(sets) == ["c"])
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for key in ["x", "y"] {
                group.addTask { (try? await sets.add(Self.question(key, "Q \(key)?"), to: "three", knowing: 3)) != nil }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
    }

    @Test("A set is searched by words, topic and split, a page at a time")
    func search() async throws {
        let sets = QuestionSets(database: try await TestDatabase.fresh())
        let questions = (1...3_000).map { number in
            Self.question(
                "q\(number)", "Should we build \(number)% of it?", topic: number % 3 == 0 ? nil : "topic \(number % 3)",
                split: number % 2 == 0 ? .train : nil)
        }
        try await sets.store(questions, as: "many")
        let page = try await sets.page(of: "many", after: 100, count: 20)
        #expect(page.matching == 3_000 && page.total == 3_000)
        #expect(page.entries.map(\.position) == Array(101...120) && page.entries.first?.question.key == "q101")
        // A percent sign is a percent sign.
        #expect(try await sets.page(of: "many", matching: QuestionSearch(text: "build 299% OF")).entries.map(\.question.key) == ["q299"])
        #expect(try await sets.page(of: "many", matching: QuestionSearch(text: "q17_")).matching == 0)
        #expect(try await sets.page(of: "many", matching: QuestionSearch(topic: "topic 1", split: "train")).matching == 500)
        let without = try await sets.page(of: "many", matching: QuestionSearch(topic: "", split: ""))
        #expect(without.matching == 500 && without.entries.allSatisfy { $0.question.topic == nil && $0.question.split == nil })
        #expect(page.topics.map(\.name) == ["topic 1", "topic 2", nil] && page.topics.map(\.questions) == [1_000, 1_000, 1_000])
    }

    @Test("Topics are renamed and joined, and questions moved between them")
    func topics() async throws {
        let sets = try await Self.three()
        try await sets.setTopic("animals", of: ["a"], in: "three")
        try await sets.renameTopic("t", to: "state", in: "three")
        #expect(try await sets.questions(of: "three").map(\.topic) == ["animals", "state", "state"])
        try await sets.renameTopic("animals", to: "state", in: "three")
        #expect(try await sets.questions(of: "three").allSatisfy { $0.topic == "state" })
    }

    @Test("Splits hold whole topics out and take some of each other topic, and a stored seed gives them again")
    func splits() async throws {
        let sets = QuestionSets(database: try await TestDatabase.fresh())
        let questions = (0..<200).map { Self.question("q\($0)", "Q \($0)?", topic: "topic \($0 % 10)", split: nil) }
        try await sets.store(questions, as: "many")
        let plan = SplitPlan(oodTest: 0.2, iidTest: 0.1, validation: 0.1, seed: 11)
        try await sets.split("many", by: plan)
        let after = try await sets.questions(of: "many")
        let topics = Dictionary(grouping: after) { $0.topic ?? "" }.mapValues { Set($0.map(\.split)) }
        #expect(topics.values.count { $0 == [.oodTest] } == 2)
        #expect(topics.values.count { $0 == [.train, .iidTest, .validation] } == 8)
        #expect(after.count { $0.split == .iidTest } == 16 && after.count { $0.split == .validation } == 16)
        #expect(try await sets.newestSplitPlan(of: "many") == plan)
        // The same splits drawn in the same way are no news; drawn in another way they are.
        #expect(try await sets.split("many", by: plan) == 2)
        var naming = plan
        naming.heldOut = topics.filter { $0.value == [.oodTest] }.keys.sorted()
        #expect(try await sets.split("many", by: naming) == 3)
        #expect(try await sets.questions(of: "many") == after)
        #expect(try await sets.newestSplitPlan(of: "many") == naming)
        // In another order, the same; with another seed, others.
        let again = try plan.splits(of: questions.reversed())
        #expect(again == Dictionary(uniqueKeysWithValues: after.compactMap { question in question.split.map { (question.key, $0) } }))
        var other = plan
        other.seed = 12
        #expect(try other.splits(of: questions) != again)

        other.heldOut = ["topic 3", "topic 4", "topic 5"]
        let named = try other.splits(of: questions)
        #expect(Set(named.filter { $0.value == .oodTest }.keys) == Set(questions.filter { (3...5).contains((Int($0.key.dropFirst()) ?? 0) % 10) }.map(\.key)))
        other.heldOut = (0..<10).map { "topic \($0)" }
        #expect(throws: QuestionSetError.noTraining) { try other.splits(of: questions) }
        #expect(throws: QuestionSetError.badShares) {
            try SplitPlan(oodTest: 0.2, iidTest: 0.9, validation: 0.1, seed: 1).splits(of: questions)
        }
        #expect(throws: QuestionSetError.noTopics(1)) { try plan.splits(of: questions + [Self.question("x", "X?", topic: nil)]) }
        // A topic of one question keeps it for training.
        let small = try SplitPlan(oodTest: 0, iidTest: 0.4, validation: 0.4, seed: 1).splits(of: [Self.question("x", "X?")])
        #expect(small == ["x": .train])
    }

    @Test("With one topic none can be held out: a share for ood_test is refused, and what to do is said")
    func oneTopic() throws {
        let questions = (0..<10).map { Self.question("q\($0)", "Q \($0)?", split: nil) }
        #expect(throws: QuestionSetError.nothingToHoldOut) {
            try SplitPlan(oodTest: 0.15, iidTest: 0.1, validation: 0.1, seed: 1).splits(of: questions)
        }
        #expect(QuestionSetError.nothingToHoldOut.description.contains("set the share for ood_test to 0"))
        let splits = try SplitPlan(oodTest: 0, iidTest: 0.1, validation: 0.1, seed: 1).splits(of: questions)
        #expect(splits.values.count { $0 == .train } == 8 && !splits.values.contains(.oodTest))
    }
}
