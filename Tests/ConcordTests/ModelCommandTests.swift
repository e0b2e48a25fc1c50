import Foundation
import TestSupport
import Testing

/// Models from the command line, as a researcher works with them.
@Suite struct ModelCommandTests {
    @Test("A model is registered, ratings are imported, a preference model is trained, evaluated and listed")
    func whole() async throws {
        let url = try await TestDatabase.freshURL()
        func concord(_ arguments: String...) async throws -> Program.Outcome {
            try await Program(arguments + ["--database-url", url]).wait()
        }
        try await DataFolder.with { data in
            let reward = "\(data.path)/tiny.gguf"
            try TinyRewardModel(words: ["for", "against", "it"]).write(to: reward)
            let registered = try await concord("model", "register", "tiny", reward, "--kind", "reward")
            #expect(registered.status == 0 && registered.output.hasPrefix("tiny@1 is \(reward)"), "\(registered.errors)")

            try TestDump.write(to: URL(filePath: data.path), groups: 6)
            let imported = try await concord("model", "import-ratings", "pilot", data.path)
            #expect(imported.output == "Imported 96 ratings as pilot.\n", "\(imported.errors)")

            let trained = try await concord(
                "model", "train-reward", "agreement", "--import", "pilot", "--components", "2", "--folds", "2", "--model",
                TestModel.path)
            #expect(trained.output.hasPrefix("agreement@1 learnt from 48 ratings of 6 groups on 4 questions."), "\(trained.errors)")
            #expect(trained.errors.contains("Texts encoded") && trained.errors.contains("Fitting, percent 100/100"))
            let scaled = try await concord(
                "model", "train-reward", "scaled", "--import", "pilot", "--reward-model", "tiny@1", "--model", TestModel.path)
            #expect(scaled.output.hasPrefix("scaled@1 learnt from 48 ratings"), "\(scaled.errors)")

            let evaluated = try await concord(
                "model", "evaluate", "agreement@1", "--import", "pilot", "--model", TestModel.path)
            #expect(evaluated.status == 0, "\(evaluated.errors)")
            for words in ["validation: 48 ratings of 6 groups", "opinion-blind", "length", "statement mean", "its baselines"] {
                #expect(evaluated.output.contains(words), "\(evaluated.output)")
            }
            let listed = try await concord("model", "list")
            #expect(listed.output.split(separator: "\n").count == 5, "a header, the language model, and three of kind reward")
            let json = try await concord("model", "list", "--json")
            let models = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]])
            #expect(Set(models.compactMap { $0["kind"] as? String }) == ["base", "reward"])
            #expect(models.first { $0["name"] as? String == "agreement@1" }?["beats_baselines"] is Bool)
        }
    }

    @Test("What cannot be registered, trained on or evaluated is refused in one line")
    func refusals() async throws {
        let url = try await TestDatabase.freshURL()
        func expect(_ words: String, _ arguments: String...) async throws {
            let outcome = try await Program(arguments + ["--database-url", url]).wait()
            #expect(outcome.status != 0 && outcome.errors.contains(words), "\(outcome.errors)")
        }
        try await expect("there is no model file", "model", "register", "x", "/no/such.gguf")
        try await expect("--base NAME@VERSION", "model", "register", "x", TestModel.path, "--kind", "adapter")
        try await expect("name the folder of a dump", "model", "import-ratings", "x", "/no/folder")
        try await expect("no ratings named none", "model", "train-reward", "x", "--import", "none", "--model", TestModel.path)
        try await expect("Say which ratings", "model", "train-reward", "x", "--model", TestModel.path)
        try await expect(
            "there is no model none@1", "model", "evaluate", "none@1", "--import", "none", "--model", TestModel.path)
        try await expect("there is no study named none", "report", "--study", "none")
        let prompt = try await Program.run(
            "generate", "--question", "Q?", "--opinions", "/x", "--prompt-file", TestStudy.questionsFile)
        #expect(prompt.status != 0 && prompt.errors.contains("must begin with a section"), "\(prompt.errors)")
    }
}
