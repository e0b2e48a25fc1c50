import Consensus
import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport
import Testing

@Suite("The model registry", .serialized)
struct ModelRegistryTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try await body(folder)
    }

    @Test("gives a file the next version of its name, and the same file the version it has")
    func versions() async throws {
        try await withFolder { folder in
            let registry = ModelRegistry(database: try await TestDatabase.fresh())
            let one = folder.appending(path: "one.gguf").path, other = folder.appending(path: "other.gguf").path
            try TinyRewardModel(words: ["a"], seed: 1).write(to: one)
            try TinyRewardModel(words: ["a"], seed: 2).write(to: other)
            let first = try await registry.register(one, as: "tiny", kind: .reward)
            #expect(first.name == ModelName(name: "tiny", version: 1))
            #expect(first.sha256 == (try ModelFile.sha256(one)) && first.file == one)
            #expect(try await registry.register(one, as: "tiny", kind: .reward) == first)
            #expect(try await registry.register(other, as: "tiny", kind: .reward).name.version == 2)
            #expect(try await registry.register(one, as: "elsewhere", kind: .reward).name.version == 1)
            #expect(try await registry.list().map { "\($0.name)" } == ["elsewhere@1", "tiny@1", "tiny@2"])
            #expect(try await registry.model(first.name) == first)
        }
    }

    @Test("refuses what is no model, has no name, or is an adapter without its base")
    func refuses() async throws {
        try await withFolder { folder in
            let registry = ModelRegistry(database: try await TestDatabase.fresh())
            let reward = folder.appending(path: "reward.gguf").path, text = folder.appending(path: "text.gguf").path
            try TinyRewardModel(words: ["a"]).write(to: reward)
            try Data("words".utf8).write(to: URL(filePath: text))
            await #expect(throws: ModelError.notGGUF(path: text)) { try await registry.register(text, as: "x", kind: .base) }
            await #expect(throws: ModelError.missing(path: "/no/file")) {
                try await registry.register("/no/file", as: "x", kind: .base)
            }
            await #expect(throws: StudyError.badName("No Name")) {
                try await registry.register(reward, as: "No Name", kind: .base)
            }
            await #expect(throws: ModelRegistryError.baseNeeded) { try await registry.register(reward, as: "x", kind: .adapter) }
            let unknown = ModelName(name: "none", version: 3)
            await #expect(throws: ModelRegistryError.unknown(unknown)) {
                try await registry.register(reward, as: "x", kind: .adapter, base: unknown)
            }
            let kept = try await registry.register(reward, as: "reward", kind: .reward)
            await #expect(throws: ModelRegistryError.notBase(kept.name)) {
                try await registry.register(reward, as: "x", kind: .adapter, base: kept.name)
            }
            #expect(try await registry.list() == [kept])
        }
    }

    @Test("reads names with their version, and nothing else")
    func names() throws {
        #expect(ModelName("agreement@12") == ModelName(name: "agreement", version: 12))
        for text in ["agreement", "agreement@", "agreement@0", "@1", "Agreement@1", "a@1@2", "a@x", "a@99999999999"] {
            #expect(ModelName(text) == nil, "\(text)")
        }
    }

    @Test("a file that changed on disk is refused, also after it was loaded")
    func changed() async throws {
        try await withFolder { folder in
            let database = try await TestDatabase.fresh()
            let registry = ModelRegistry(database: database)
            let path = folder.appending(path: "reward.gguf").path
            try TinyRewardModel(words: ["buses"], seed: 1).write(to: path)
            let model = try await registry.register(path, as: "tiny", kind: .reward)
            let shelf = ModelShelf(standard: try await TestModel.shared(), database: database)
            let tiny = try await shelf.predictor(model.name).predictor
            #expect(try await tiny.agreements(question: "Q?", opinions: ["buses"], statements: ["buses"]).count == 1)
            let before = try await shelf.languageModel(model)
            #expect(try await shelf.languageModel(model) === before, "it is loaded once")

            // Another file takes its place, and then the registered one comes back.
            try FileManager.default.removeItem(atPath: path)
            try TinyRewardModel(words: ["buses"], seed: 2).write(to: path)
            await #expect(throws: ModelRegistryError.changed(model.name, path: path)) { try await shelf.languageModel(model) }
            try FileManager.default.removeItem(atPath: path)
            await #expect(throws: ModelError.missing(path: path)) { try await shelf.languageModel(model) }
            try TinyRewardModel(words: ["buses"], seed: 1).write(to: path)
            #expect(try await shelf.languageModel(model).facts.sha256 == model.sha256)
        }
    }

    @Test("an adapter is loaded on its base; a reward model writes no statements")
    func adapter() async throws {
        try await withFolder { folder in
            let database = try await TestDatabase.fresh()
            let registry = ModelRegistry(database: database)
            let standard = try await TestModel.shared()
            let base = try await registry.model(of: standard)
            #expect(base.kind == .base && base.sha256 == standard.facts.sha256)
            #expect(try await registry.model(of: standard) == base)
            let path = folder.appending(path: "adapter.gguf").path
            try TinyAdapter.write(to: path, strength: 2)
            let adapter = try await registry.register(path, as: "tuned", kind: .adapter, base: base.name)
            #expect(adapter.parent == base.name)
            let shelf = ModelShelf(standard: standard, database: database)
            #expect(try await shelf.generator(nil) === standard)
            #expect(try await shelf.generator(base.name) === standard, "the same file is not loaded twice")
            let tuned = try await shelf.generator(adapter.name)
            #expect(tuned.facts.adapterSHA256 == adapter.sha256 && tuned.facts.sha256 == base.sha256)

            let rewardPath = folder.appending(path: "reward.gguf").path
            try TinyRewardModel(words: ["a"]).write(to: rewardPath)
            let reward = try await registry.register(rewardPath, as: "reward", kind: .reward)
            await #expect(throws: ModelRegistryError.notGenerator(reward.name)) { try await shelf.generator(reward.name) }
            await #expect(throws: ModelRegistryError.notReward(base.name)) { try await shelf.predictor(base.name) }
        }
    }

    @Test("a text is encoded once, whoever asks")
    func encodings() async throws {
        let database = try await TestDatabase.fresh()
        let model = try await TestModel.shared()
        let texts = ["Yes.", "No.", "Yes."].map { TextInContext.answer($0, to: "Buses?") }
        let first = try await CachedEncoder(model, database: database).encodings(of: texts)
        #expect(first == (try await model.encode(texts)))
        #expect(try await database.first("SELECT count(*) FROM encodings", as: Int.self) == 2)
        // What is kept is what is given, also where it is not what the model would say.
        try await database.execute("UPDATE encodings SET encoding = overlay(encoding placing '\\x0000803f' from 1)")
        let again = try await CachedEncoder(model, database: database).encodings(of: texts)
        #expect(again.map(\.first) == [1, 1, 1])
        #expect(again[0].dropFirst() == first[0].dropFirst())
    }
}
