import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// `concord export` and `concord participant erase`, as a person at a terminal uses them.
@Suite struct DumpCommandTests {
    @Test("A study is exported, checked, exported again since then, and somebody is erased, from the command line")
    func exportAndErase() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
        try await DataFolder.with { data in
            func run(_ arguments: String..., succeeds: Bool = true) async throws -> Program.Outcome {
                let options = arguments.contains("--check") ? [] : ["--database-url", url]
                let outcome = try await Program(arguments + options).wait()
                #expect((outcome.status == 0) == succeeds, "\(outcome.errors)")
                return outcome
            }
            _ = try await run("questions", "import", TestStudy.questionsFile, "--set", "examples")
            let file = try data.file("study.yml", TestStudy.yaml() + "\nrecruitment: {source: platform}")
            _ = try await run("study", "create", file, "--open")
            try await ManyRatings.insert(4_000, study: "words", into: database)
            let person = try await Enrolment(database: database).join("words", synthetic: false, from: PlatformIDs(participant: "someone"))
            let id = try await Sessions(database: database).participant(with: person.secret).id.uuidString.lowercased()

            let folder = "\(data.path)/dump", zip = "\(data.path)/dump.zip"
            let first = try await run(
                "export", "--study", "words", "--out", folder, "--format", "csv", "--format", "jsonl", "--licence", "CC0-1.0",
                "--citation", "Cite this.", "--json")
            let result = try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any]
            #expect((result?["rows"] as? [String: Int])?["ratings"] == 4_000)
            #expect(first.errors.contains("Warning: study words does not have its sample yet"))
            let logged = try await database.first(
                "SELECT details FROM audit_log WHERE action = 'dump.make' AND via = 'command-line'", as: JSONB<[String: String]>.self)
            #expect(logged?.value == ["covered": "true", "platform_ids": "false"])
            #expect(first.errors.contains("Rows ") && first.errors.contains("ratings 4000 of 4000"), "\(first.errors)")
            let descriptor = try String(contentsOfFile: "\(folder)/datapackage.json", encoding: .utf8)
            #expect(descriptor.contains("CC0-1.0") && descriptor.contains("Cite this."))
            #expect(try await run("export", "--check", folder).output.contains("is whole"))

            let erased = try await run("participant", "erase", "someone", "--study", "words")
            #expect(erased.output.contains("Deleted what \(id) wrote and rated") && erased.output.contains("No model had learnt"))
            #expect(try await run("participant", "erase", id, "--json").output.contains("\"isNew\":false"))
            #expect(try await run("participant", "erase", "nobody", succeeds: false).errors.contains("nobody with the id nobody"))
            #expect(try await run("participant", "erase", "nobody", "--study", "words", succeeds: false).errors.contains("nobody"))

            _ = try await run("study", "close", "words")
            let later = try await run("export", "--study", "words", "--out", zip, "--since", folder)
            #expect(!later.errors.contains("Warning"))
            #expect(later.output.contains("what has changed since words-") && later.output.contains("1 person had their answers deleted"))
            #expect(try await run("export", "--check", zip).output.contains("is whole"))
            let whole = try Data(contentsOf: URL(filePath: "\(folder)/ratings.csv"))
            try whole.dropLast(100).write(to: URL(filePath: "\(folder)/ratings.csv"))
            let cut = try await run("export", "--check", folder, succeeds: false)
            #expect(cut.errors.contains("ratings.csv has \(whole.count - 100) bytes, not \(whole.count): it was cut off"))
            #expect(try await run("export", "--out", folder, succeeds: false).errors.contains("--study"))
            #expect(try await run("export", "--study", "words", succeeds: false).errors.contains("--out"))
            #expect(try await run("export", "--check", folder, "--study", "words", succeeds: false).errors.contains("--check takes no"))
            #expect(try await run("export", "--study", "words", "--out", folder, "--since", "/nothing", succeeds: false).errors.contains("/nothing"))
            #expect(try await run("export", "--study", "words", "--out", folder, "--format", "xls", succeeds: false).errors.contains("xls"))
        }
        await database.close()
    }
}
