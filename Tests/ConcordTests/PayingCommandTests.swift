import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// Paying people and reviewing their words from the command line.
@Suite struct PayingCommandTests {
    @Test("People are paid and texts reviewed on the command line, and what cannot be done says why in one line")
    func whole() async throws {
        let url = try await TestDatabase.freshURL()
        func concord(_ arguments: String...) async throws -> Program.Outcome {
            try await Program(arguments + ["--database-url", url]).wait()
        }
        func expectError(_ outcome: Program.Outcome, _ words: String) {
            #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        let database = try Database(url: url)
        _ = try await QuestionSets(database: database).store(QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let more = "\npayment: {currency: GBP, base: 6, waiting: 1, cap: 8, budget: 20}"
        try await StudyCatalog(database: database).create(StudyFile(yaml: TestStudy.yaml() + more))
        try await StudyCatalog(database: database).move("words", to: .open)
        let person = try await Sessions(database: database).participant(
            with: try await Enrolment(database: database).join("words", synthetic: false).secret
        ).id.uuidString.lowercased()
        let given = try await concord("study", "bonus", "words", person, "1.5", "--reason", "thoughtful")
        #expect(given.status == 0, "\(given.errors)")
        expectError(try await concord("study", "bonus", "words", person, "1", "--reason", "again"), "at most 0.50 can be added")
        let csv = try await concord("study", "payments", "words", "--format", "csv")
        #expect(csv.status == 0 && csv.output.contains(",bonus,1.50,GBP,thoughtful,"))
        #expect(try await concord("study", "payments", "words", "--format", "prolific-bonus").output == "")
        expectError(try await concord("study", "payments", "words", "--format", "gold"), "prolific-approve")
        for arguments in [[], [person, "--all"]] {
            expectError(try await Program(["study", "pay", "words"] + arguments + ["--database-url", url]).wait(), "--all")
        }
        expectError(try await concord("study", "pay", "words", "nobody"), "Nothing is due to nobody.")
        #expect(try await concord("study", "pay", "words", "--all").output == "1 person, 1.50 GBP: marked as paid.\n")
        #expect(try await concord("study", "pay", "words", person).output == "Nothing was left to mark.\n")
        #expect(try await concord("study", "pay", "words", person, "--undo").output == "1 person, 1.50 GBP: marked as not paid.\n")
        let table = try await concord("study", "payments", "words")
        #expect(table.output.hasPrefix("PERSON") && table.output.contains("DUE"))

        #expect(try await concord("study", "texts", "words").output.hasPrefix("ID"))
        expectError(try await concord("study", "texts", "words", "--skip=-1"), "--skip")
        let text = UUID().uuidString
        expectError(try await concord("study", "review", "words", text), "--approve or --hide")
        expectError(try await concord("study", "review", "words", text, "--hide"), "--reason")
        expectError(try await concord("study", "review", "words", text, "--approve"), "There is no text")
        expectError(try await concord("study", "review", "words", "x", "--approve"), "There is no text x")
        await database.close()
    }
}
