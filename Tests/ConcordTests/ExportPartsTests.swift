import Foundation
import Postgres
import TestSupport
import Testing

/// The tables in the scheme of the Habermas Machine data set and the training sets, from the command line.
@Suite struct ExportPartsTests {
    @Test("A dump has the comparisons and training sets unless told otherwise, and the pairs go back into a database")
    func parts() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
        try await DataFolder.with { data in
            func run(_ arguments: String...) async throws -> Program.Outcome {
                try await Program(arguments + ["--database-url", url]).wait()
            }
            _ = try await run("questions", "import", TestStudy.questionsFile, "--set", "examples")
            _ = try await run("study", "create", try data.file("study.yml", TestStudy.yaml()), "--open")
            try await ManyRatings.insert(400, study: "words", into: database)

            let folder = "\(data.path)/dump"
            let whole = try await run("export", "--study", "words", "--out", folder, "--validation-share", "0", "--test-share", "0")
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(whole.output.contains("candidate_comparisons"))
            #expect(whole.output.contains("--format parquet"), "there is more to be had")
            func lines(_ name: String) throws -> Int {
                try String(contentsOfFile: "\(folder)/\(name).jsonl", encoding: .utf8).count { $0 == "\n" }
            }
            #expect(try lines("candidate_comparisons") == 80 && lines("position_statement_ratings") == 80)
            #expect(try lines("survey_responses") == 0 && lines("sft") == 0 && lines("preferences") > 0)
            #expect(try await Program.run("export", "--check", folder).status == 0)
            let imported = try await run("model", "import-ratings", "pairs", "\(folder)/preferences.jsonl")
            #expect(imported.status == 0 && imported.output.hasSuffix(" ratings as pairs.\n"), "\(imported.errors)")
            #expect(try await database.first("SELECT count(*) FROM imported_ratings WHERE split = 'train'", as: Int.self) ?? 0 > 100)

            let tables = "\(data.path)/tables"
            let less = try await run("export", "--study", "words", "--out", tables, "--no-comparisons", "--no-training-sets")
            #expect(less.status == 0 && !less.output.contains("--format parquet"))
            let files = try FileManager.default.contentsOfDirectory(atPath: tables)
            #expect(files.contains("ratings.csv") && !files.contains { $0.hasSuffix(".jsonl") || $0 == "training-sets.json" })

            for (arguments, words) in [
                (["--quality", "8"], "--quality must be 1 to 7"), (["--agreement", "0"], "--agreement must be 1 to 7"),
                (["--validation-share", "0.5", "--test-share", "0.5"], "together less than 1"),
                (["--test-share=-0.1"], "0 or more"),
            ] {
                let outcome = try await Program(
                    ["export", "--study", "words", "--out", folder, "--database-url", url] + arguments).wait()
                #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
            }
        }
        await database.close()
    }
}
