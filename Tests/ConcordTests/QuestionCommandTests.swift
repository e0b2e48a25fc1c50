import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// `concord questions …`, as a person at a terminal has it.
@Suite struct QuestionCommandTests {
    @Test("A question set is looked at, imported, compared, corrected, split and exported from the command line")
    func byCommands() async throws {
        let url = try await TestDatabase.freshURL()
        try await DataFolder.with { data in
            func run(_ arguments: String...) async throws -> String {
                let outcome = try await Program(["questions"] + arguments + ["--database-url", url]).wait()
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
                return outcome.output
            }
            func refused(_ words: String, _ arguments: String...) async throws {
                let outcome = try await Program(["questions"] + arguments + ["--database-url", url]).wait()
                #expect(outcome.status != 0 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
            }
            #expect(try await run("import", TestStudy.questionsFile, "--set", "mine", "--preview").contains("Nothing was imported."))
            #expect(try await run("list") == "SET  VERSION  QUESTIONS  TOPICS  WITHOUT SPLIT  PROPOSALS\n")
            let first = try await run("import", TestStudy.questionsFile, "--set", "mine")
            #expect(first.contains("as version 1 of mine"))
            #expect(try await run("import", TestStudy.questionsFile, "--set", "mine").contains("already (version 1)"))

            let json = "\(data.path)/mine.json"
            #expect(try await run("export", json, "--set", "mine").contains("Wrote 89 questions"))
            #expect(try await run("import", json, "--set", "mine").contains("already (version 1)"))
            #expect(try await run("export", "--set", "mine", "--format", "tsv").hasPrefix("id\tquestion\t"))
            try await refused("cannot write", "export", "/no/such/folder/x.csv", "--set", "mine")

            let more = try data.file(
                "more.csv", """
                    id,question,affirming_statement,negating_statement
                    tax-01,Should we lower taxes on the rich?,We should.,We should not.
                    new,Should mosques be closed?,They should.,They should not.
                    bad,,They should.,They should not.
                    """)
            try await refused("row 4: question is empty", "import", more, "--set", "mine", "--keep")
            let preview = try await run("import", more, "--set", "mine", "--keep", "--preview")
            #expect(preview.contains("Problem: row 4: question is empty"))
            #expect(preview.contains("1 added, 1 changed, 0 retired, 0 moved, 88 unchanged, 1 rows with problems"))
            #expect(try await run("import", more, "--set", "mine", "--preview", "--json").contains("\"rowsWithProblems\":1"))
            _ = try await run("import", more, "--set", "mine", "--keep", "--leave-out-problems")
            let diff = try await run("diff", "--set", "mine")
            #expect(diff.contains("question: Should we [-raise-] {+lower+} taxes on the rich?") && diff.contains("+ new"))
            #expect(try await run("diff", "--set", "mine", "--from", "2").contains("Nothing differs."))

            _ = try await run("retire", "tax-02", "tax-03", "--set", "mine")
            #expect(try await run("retire", "tax-02", "--undo", "--set", "mine").contains("at version 4"))
            try await refused("no question with the id none", "retire", "none", "--set", "mine")
            #expect(try await run("topics", "--set", "mine", "--move", "new", "--to", "religion").contains("version 5"))
            #expect(try await run("topics", "--set", "mine", "--rename", "religion", "--to", "faith").contains("version 6"))
            let splits = try await run("splits", "--set", "mine", "--seed", "4", "--hold-out", "education")
            #expect(splits.contains("ood_test    1       7"))
            try await refused("tenth of the questions", "splits", "--set", "mine", "--iid-test", "1")
            #expect(try await run("versions", "--set", "mine").contains("Drew the splits with seed 4."))

            #expect(try await run("screen", "--set", "mine", "--words-only").contains("questions are flagged"))
            let flags = try JSONDecoder.dates.decode([QuestionFlag].self, from: Data(try await run("flags", "--set", "mine", "--json").utf8))
            let mosque = try #require(flags.first { $0.key == "new" })
            _ = try await run("flags", mosque.id.uuidString, "--set", "mine", "--decide", "keep")
            #expect(try await run("flags", mosque.id.uuidString, "--set", "mine", "--undo") == "Took the decision back: 1.\n")
            try await refused("one of --decide and --undo", "flags", "--set", "mine", "--undo")
            #expect(try await run("flags", mosque.id.uuidString, "--set", "mine", "--decide", "retire").contains("retire"))
            #expect(!(try await run("list", "--set", "mine").contains("mosques")))
            #expect(try await run("proposals", "--set", "mine").contains("No question waits for a yes."))
            try await refused("no such proposal", "accept", UUID().uuidString, "--set", "mine")
            try await refused("no such proposal", "reject", UUID().uuidString, "--set", "mine")

            let header = "id,question,affirming_statement,negating_statement,topic\n"
            let circuses = "b,Should circuses be closed?,They should.,They should not.,animals\n"
            let one = try data.file("one.csv", header + "a,Should zoos be closed?,They should.,They should not.,animals\n" + circuses)
            _ = try await run("import", one, "--set", "one")
            try await refused("set the share for ood_test to 0", "splits", "--set", "one")
            #expect(try await run("splits", "--set", "one", "--ood-test", "0", "--seed", "1").contains("Drawn with seed 1"))
            let typo = try data.file("typo.csv", header + "a,,They should.,They should not.,animals\n" + circuses)
            let kept = try await run("import", typo, "--set", "one", "--preview")
            #expect(kept.contains("Kept as they are, for problems of their rows: 1") && kept.contains("0 retired"))
            try await refused(
                "is not a sentence-embedding model", "topics", "--set", "mine", "--embedding-model", TestModel.path)
        }
    }

    @Test("Questions are added, edited and moved by hand from the command line, and the log says so")
    func byHand() async throws {
        let url = try await TestDatabase.freshURL()
        func concord(_ arguments: [String]) async throws -> Program.Outcome {
            try await Program(arguments + ["--database-url", url]).wait()
        }
        func run(_ arguments: String...) async throws -> String {
            let outcome = try await concord(["questions"] + arguments + ["--set", "mine"])
            #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
            return outcome.output
        }
        func refused(_ words: String, _ arguments: String...) async throws {
            let outcome = try await concord(["questions"] + arguments + ["--set", "mine"])
            #expect(outcome.status != 0 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
        }
        func questions() async throws -> [Question] {
            try JSONDecoder.dates.decode([Question].self, from: Data(try await run("list", "--json").utf8))
        }
        _ = try await run("import", TestStudy.questionsFile)
        let zoos = ["--question", "Should zoos be closed?", "--affirming", "They should.", "--negating", "They should not."]
        let added = try await concord(["questions", "add", "zoos", "--set", "mine"] + zoos + ["--split", "train"])
        #expect(added.output == "Added zoos; mine is at version 2.\n")
        let again = try await concord(["questions", "add", "zoos", "--set", "mine"] + zoos)
        #expect(again.status != 0 && again.errors.contains("has a question with the id zoos already"))
        #expect(
            try await questions().last
                == Question(
                    key: "zoos", text: "Should zoos be closed?", affirmingStatement: "They should.",
                    negatingStatement: "They should not.", topic: nil, split: .train))

        #expect(try await run("edit", "zoos", "--question", "Should zoos go?", "--topic", "animals").contains("at version 3"))
        #expect(try await run("edit", "zoos", "--topic", "animals") == "Nothing changed.\n")
        #expect(try await run("edit", "zoos", "--topic", "", "--split", "ood_test").contains("at version 4"))
        #expect(
            try await questions().last
                == Question(
                    key: "zoos", text: "Should zoos go?", affirmingStatement: "They should.",
                    negatingStatement: "They should not.", topic: nil, split: .oodTest))
        try await refused("Give what is to change", "edit", "zoos")
        try await refused("no question with the id none", "edit", "none", "--topic", "x")
        try await refused("question is empty", "edit", "zoos", "--question", " ")

        #expect(try await run("move", "zoos", "--to", "2") == "Moved zoos; mine is at version 5.\n")
        #expect(try await questions()[1].key == "zoos")
        try await refused("--to must be at least 1", "move", "zoos", "--to", "0")
        try await refused("no question with the id none", "move", "none", "--to", "1")

        let log = try await concord(["log", "--limit", "2"]).output
        #expect(log.contains("questions.move") && log.contains("id: zoos, version: 5") && log.contains("questions.edit"))
        #expect(!log.contains("questions.add"))
        let entries = try JSONDecoder.dates.decode([AuditLog.Entry].self, from: Data(try await concord(["log", "--json"]).output.utf8))
        #expect(entries.map(\.action) == ["move", "edit", "edit", "add", "import"].map { "questions.\($0)" })
        #expect(entries.allSatisfy { $0.via == .commandLine && $0.user == nil && $0.subject == "mine" })
        let older = try await concord(["log", "--before", "\(entries[3].id)", "--json"]).output
        #expect(try JSONDecoder.dates.decode([AuditLog.Entry].self, from: Data(older.utf8)).map(\.action) == ["questions.import"])
        let unknown = try await concord(["log", "--study", "none"])
        #expect(unknown.status != 0 && unknown.errors.contains("no study named none"))
    }

    @Test("Questions are written and topics found with the model, from the command line")
    func withTheModel() async throws {
        let url = try await TestDatabase.freshURL()
        try await DataFolder.with { data in
            func run(_ arguments: String...) async throws -> String {
                let outcome = try await Program(["questions"] + arguments + ["--database-url", url]).wait()
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
                return outcome.output
            }
            let all = try QuestionFile(path: TestStudy.questionsFile).questions
            let file = try data.file("few.csv", QuestionExport.text(Array(all.prefix(8)), as: .csv))
            _ = try await run("import", file, "--set", "few")
            let written = try await run(
                "generate", "--set", "few", "--from", "tax-01", "--from", "tax-02", "--count", "1", "--seed", "3", "--model",
                TestModel.path)
            #expect(written.contains("1 of 1 questions wait for your yes"))
            let proposals = try JSONDecoder.dates.decode(
                [QuestionProposal].self, from: Data(try await run("proposals", "--set", "few", "--json").utf8))
            let id = try #require(proposals.first).id.uuidString
            #expect(try await run("accept", id, "--set", "few").contains("Accepted as new-1; few is at version 2."))
            let topics = try await run("topics", "--set", "few", "--clusters", "2", "--seed", "1", "--use", "--model", TestModel.path)
            #expect(topics.contains("2 topics, seed 1, silhouette") && topics.contains("few is at version 3."))
        }
    }
}

extension JSONDecoder {
    /// Reads what commands print.
    fileprivate static var dates: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return decoder
    }
}
