import Foundation
import LanguageModel
import TestSupport
import Testing

@Suite("A model file")
struct ModelFileTests {
    /// A folder that is gone after the test.
    private func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appending(path: "concord-model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    private func beginning(_ bytes: Int) throws -> Data {
        let file = try FileHandle(forReadingFrom: URL(filePath: TestModel.path))
        defer { try? file.close() }
        return try file.read(upToCount: bytes) ?? Data()
    }

    @Test("that is not there is said to be missing")
    func missing() async {
        await #expect(throws: ModelError.missing(path: "/no/such/model.gguf")) {
            try await LanguageModel.load(path: "/no/such/model.gguf")
        }
        await #expect(throws: ModelError.missing(path: "/tmp")) { try await LanguageModel.load(path: "/tmp") }
    }

    @Test("that is something else is said not to be GGUF", arguments: ["", "GG", "PK\u{3}\u{4} a zip file, say"])
    func notGGUF(_ content: String) async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "model.gguf").path
            try Data(content.utf8).write(to: URL(filePath: path))
            await #expect(throws: ModelError.notGGUF(path: path)) { try await LanguageModel.load(path: path) }
        }
    }

    @Test("that is cut off is said to be truncated", arguments: [4, 20, 3_000, 1_000_000, 60_000_000])
    func truncated(_ bytes: Int) async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "model.gguf").path
            try beginning(bytes).write(to: URL(filePath: path))
            await #expect(throws: ModelError.truncated(path: path)) { try await LanguageModel.load(path: path) }
        }
    }

    @Test("of which only the last byte is missing is said to be truncated")
    func lastByte() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "model.gguf").path
            try FileManager.default.copyItem(atPath: TestModel.path, toPath: path)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: try file.seekToEnd() - 1)
            try file.close()
            await #expect(throws: ModelError.truncated(path: path)) { try await LanguageModel.load(path: path) }
        }
    }

    @Test("whose chat template is unknown can be used with a known one by name")
    func unknownTemplate() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "model.gguf").path
            try FileManager.default.copyItem(atPath: TestModel.path, toPath: path)
            // The template, not the vocabulary: its markers are what llama.cpp knows it by.
            let head = try beginning(8_000_000)
            let key = try #require(head.range(of: Data("tokenizer.chat_template".utf8)))
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            var position = key.upperBound
            let end = min(key.upperBound + 500, head.endIndex)
            while let marker = head.range(of: Data("<|im_start|>".utf8), in: position..<end) {
                try file.seek(toOffset: UInt64(marker.lowerBound))
                try file.write(contentsOf: Data("<!nothing!!>".utf8))
                position = marker.upperBound
            }
            try file.close()
            do {
                _ = try await LanguageModel.load(path: path)
                Issue.record("loaded a model with an unknown chat template")
            } catch let error as ModelError {
                guard case .unknownChatTemplate(nil, let known) = error else {
                    Issue.record("unexpected: \(error)")
                    return
                }
                #expect(known.contains("chatml"))
                #expect(error.description.contains("--chat-template"))
            }
            let model = try await LanguageModel.load(path: path, chatTemplate: "chatml")
            #expect(model.facts.chatTemplate == "chatml")
            #expect(try model.tokenCount(of: [ChatMessage(role: .user, text: "Hello.")]) > 4)
        }
    }

    @Test("can not be used with a chat template that nobody knows, and the known ones are listed")
    func unknownName() async {
        await #expect {
            try await LanguageModel.load(path: TestModel.path, chatTemplate: "no-such-template")
        } throws: { error in
            guard case ModelError.unknownChatTemplate("no-such-template", let known) = error else { return false }
            return known.contains("chatml") && known.count > 10
        }
    }

    @Test("is recorded with the SHA-256 of its bytes, its weight type, threads and processor")
    func facts() async throws {
        let facts = try await TestModel.shared().facts
        let tool = Process(), output = Pipe()
        tool.executableURL = URL(filePath: "/usr/bin/env")
        tool.arguments = ["sha256sum", TestModel.path]
        tool.standardOutput = output
        try tool.run()
        let line = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(line.hasPrefix(facts.sha256 + " "))
        #expect(facts.sha256.count == 64)
        #expect(facts.path == TestModel.path)
        #expect(facts.parameterCount > 100_000_000)
        #expect(facts.contextLength >= 2_048)
        #expect(!facts.weightType.isEmpty && !facts.name.isEmpty && !facts.llamaBuild.isEmpty && !facts.cpu.isEmpty)
        #expect(facts.threads >= 1)
    }

    @Test("can be converted to another weight type, which loads and answers")
    func converts() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "small.gguf").path
            try await LanguageModel.convert(from: TestModel.path, to: path, weightType: .q8_0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["small.gguf"])
            let model = try await LanguageModel.load(path: path, threads: 1)
            #expect(model.facts.weightType.contains("Q8_0"))
            #expect(model.facts.threads == 1)
            let result = try await model.generate(
                GenerationRequest(
                    messages: [ChatMessage(role: .user, text: "Hello.")],
                    sampling: SamplingSettings(temperature: 0, maximumTokens: 3), seeds: [1]))
            #expect(result.draws.first?.text.isEmpty == false)
        }
    }

    @Test("that cannot be converted leaves nothing behind")
    func failedConversion() async throws {
        try await withFolder { folder in
            let broken = folder.appending(path: "broken.gguf").path
            try beginning(1_000_000).write(to: URL(filePath: broken))
            await #expect(throws: ModelError.truncated(path: broken)) {
                try await LanguageModel.convert(from: broken, to: "\(folder.path)/out.gguf", weightType: .bf16)
            }
            let nowhere = folder.appending(path: "none/out.gguf").path
            await #expect(throws: ModelError.conversionFailed(path: nowhere)) {
                try await LanguageModel.convert(from: TestModel.path, to: nowhere, weightType: .bf16)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["broken.gguf"])
        }
    }

    @Test("that was read before is not read again, unless it was changed")
    func rememberedHash() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "model.gguf").path
            try Data("one".utf8).write(to: URL(filePath: path))
            let kept = folder.appending(path: "hashes")
            let cache = ModelHashCache(folder: kept)
            func entries() -> [URL] {
                (try? FileManager.default.contentsOfDirectory(at: kept, includingPropertiesForKeys: nil)) ?? []
            }
            // So young a file might change once more within the same tick of the clock.
            let one = try ModelFile.sha256(path)
            #expect(try cache.sha256(path) == one && entries().isEmpty)
            while entries().isEmpty {
                #expect(try cache.sha256(path) == one)
                try await Task.sleep(for: .milliseconds(50))
            }
            // What the cache says is what is taken, but nothing that is no hash.
            let entry = try #require(entries().first)
            let other = String(repeating: "ab", count: 32)
            try Data(other.utf8).write(to: entry)
            #expect(try cache.sha256(path) == other)
            try Data("nonsense".utf8).write(to: entry)
            #expect(try cache.sha256(path) == one)
            #expect(try String(contentsOf: entry, encoding: .utf8) == one)
            // As many bytes, written to the same file, whose time is set back.
            let time = try #require(FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.write(contentsOf: Data("two".utf8))
            try file.close()
            try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
            #expect(try cache.sha256(path) == ModelFile.sha256(path) && cache.sha256(path) != one)
            // Where nothing can be kept, it is read.
            #expect(try ModelHashCache(folder: URL(filePath: "/proc/none")).sha256(path) == ModelFile.sha256(path))
            #expect(try ModelHashCache(folder: nil).sha256(path) == ModelFile.sha256(path))
            #expect(throws: ModelError.missing(path: "/no/such/model.gguf")) { try cache.sha256("/no/such/model.gguf") }
        }
    }
}
