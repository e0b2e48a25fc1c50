import Foundation
import Postgres
import TestSupport
import Testing

@Suite("concord report") struct ReportCommandTests {
    @Test("writes a page and its JSON, prints tables or JSON, and says what is wrong with where they are to go")
    func report() async throws {
        let url = try await TestDatabase.freshURL()
        try await DataFolder.with { data in
            func run(_ arguments: String...) async throws -> Program.Outcome {
                try await Program(arguments + ["--database-url", url]).wait()
            }
            _ = try await run("questions", "import", TestStudy.questionsFile, "--set", "examples")
            _ = try await run("study", "create", try data.file("study.yml", TestStudy.yaml()), "--open")
            _ = try await run("study", "create", try data.file("other.yml", TestStudy.yaml().replacing("name: words", with: "name: other")))
            // Covered while people may still take part.
            for arguments in [["--out", "\(data.path)/early.html"], ["--json"], []] {
                let covered = try await Program(["report", "--study", "words"] + arguments + ["--database-url", url]).wait()
                #expect(covered.status != 0 && covered.output.isEmpty && covered.errors.contains("--uncover"), "\(covered.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: "\(data.path)/early.html"))
            #expect(try await run("report", "--study", "words", "--uncover", " ").status != 0)
            let both = ["report", "--study", "words", "--study", "other", "--uncover", "The funder asked.", "--database-url", url]
            #expect(try await Program(both).wait().output.contains("no ratings in studies words, other yet"))
            let database = try Database(url: url)
            let logged = try await database.query(
                "SELECT subject, details->>'reason' FROM audit_log WHERE action = 'results.uncover' AND via = 'command-line' ORDER BY id",
                as: (String, String).self)
            await database.close()
            #expect(logged.map(\.0) == ["words", "other"] && logged.allSatisfy { $0.1 == "The funder asked." })
            let page = "\(data.path)/words.html"
            let written = try await run("report", "--study", "words", "--out", page)
            #expect(written.status == 0 && written.output.contains("words.json beside it"), "\(written.errors)")
            let html = try String(contentsOf: URL(filePath: page), encoding: .utf8)
            #expect(html.hasPrefix("<!doctype html>") && html.contains("Attrition by phase"))
            let beside = try Data(contentsOf: URL(filePath: "\(data.path)/words.json"))
            let object = try #require(try JSONSerialization.jsonObject(with: beside) as? [String: Any])
            #expect((object["studies"] as? [[String: Any]])?.first?["study"] as? String == "words" && (object["sample"] as? [String: Any])?["source"] != nil)

            #expect(try await run("report", "--study", "words").output.contains("no ratings in study words yet"))
            let json = try await run("report", "--study", "words", "--json").output
            #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
            for (arguments, words) in [
                (["--study", "words", "--out", "\(data.path)/no/such/folder/r.html"], "cannot write"),
                (["--study", "words", "--out", "\(data.path)/r.json"], ".html"), (["--study", "nothing"], "nothing"),
            ] {
                let refused = try await Program(["report"] + arguments + ["--database-url", url]).wait()
                #expect(refused.status != 0 && refused.errors.contains(words), "\(refused.errors)")
                #expect(refused.errors.split(separator: "\n").count == 1)
            }
            #expect(!FileManager.default.fileExists(atPath: "\(data.path)/r.json"))
        }
    }
}
