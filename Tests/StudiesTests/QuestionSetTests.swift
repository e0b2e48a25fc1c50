import Foundation
import Studies
import TestSupport
import Testing

@Suite struct QuestionSetTests {
    private static let header = "id,question,affirming_statement,negating_statement,topic,split\n"

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

    @Test("Each problem of a question file is reported with its row")
    func problems() {
        let csv = Self.header + "a,Q?,Yes.,No.,t,train\na,Q?,Yes.,No.,t,train\nb,,Yes.,No.,t,training\n"
        let error = #expect(throws: QuestionFileError.self) { try QuestionFile(csv: csv) }
        let text = error?.description ?? ""
        #expect(text.contains("row 3: id a appears twice"))
        #expect(text.contains("row 4: question is empty"))
        #expect(text.contains("row 4: split training is not one of"))
        #expect(throws: QuestionFileError.missingColumns(["split"])) {
            try QuestionFile(csv: "id,question,affirming_statement,negating_statement,topic\n")
        }
        #expect(throws: QuestionFileError.unreadable(path: "/no/such.csv")) { try QuestionFile(path: "/no/such.csv") }
    }

    @Test("A study over an unknown question set, or one that is too small, cannot be created")
    func studyNeedsQuestions() async throws {
        let database = try await TestDatabase.fresh()
        let catalog = StudyCatalog(database: database)
        let file = try StudyFile(yaml: TestStudy.yaml(rounds: 2))
        await #expect(throws: StudyError.unknownQuestionSet("examples")) { try await catalog.create(file) }
        _ = try await QuestionSets(database: database).store(
            QuestionFile(csv: Self.header + "a,Q?,Yes.,No.,t,train\n").questions, as: "examples")
        await #expect(throws: StudyError.emptySplit(set: "examples", split: .train, needed: 2, found: 1)) {
            try await catalog.create(file)
        }
    }
}
