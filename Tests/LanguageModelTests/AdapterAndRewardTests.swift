import Foundation
import LanguageModel
import TestSupport
import Testing

@Suite("Adapters, reward models and models that do not chat", .serialized)
struct AdapterAndRewardTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try await body(folder)
    }

    private let request = GenerationRequest(
        messages: [ChatMessage(role: .user, text: "Should buses be free?")],
        sampling: SamplingSettings(temperature: 0, maximumTokens: 12), seeds: [1])

    @Test("an adapter changes what the model says, one of nothing does not, and both are in the facts")
    func adapter() async throws {
        try await withFolder { folder in
            let strong = folder.appending(path: "strong.gguf").path, nothing = folder.appending(path: "nothing.gguf").path
            try TinyAdapter.write(to: strong, strength: 2)
            try TinyAdapter.write(to: nothing, strength: 0)
            let plain = try await TestModel.shared()
            let said = try await plain.generate(request).draws[0]
            for (path, changes) in [(nothing, false), (strong, true)] {
                let model = try await LanguageModel.load(path: TestModel.path, adapter: path, inTurnWith: plain)
                #expect(model.facts.sha256 == plain.facts.sha256)
                #expect(model.facts.adapterPath == path)
                #expect(model.facts.adapterSHA256 == (try ModelFile.sha256(path)))
                #expect((try await model.generate(request).draws[0].text != said.text) == changes)
                let text = TextInContext("Buses should be free.", after: "Question ")
                let encoding = try await model.encode([text]), before = try await plain.encode([text])
                #expect((encoding != before) == changes)
            }
            #expect(plain.facts.adapterSHA256 == nil)
        }
    }

    @Test("a file that is no adapter of the model is refused")
    func badAdapter() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "reward.gguf").path
            try TinyRewardModel(words: ["a"]).write(to: path)
            await #expect(throws: ModelError.self) {
                try await LanguageModel.load(path: TestModel.path, adapter: path)
            }
            await #expect(throws: ModelError.missing(path: "/no/adapter.gguf")) {
                try await LanguageModel.load(path: TestModel.path, adapter: "/no/adapter.gguf")
            }
        }
    }

    @Test("a reward model scores texts as its weights say, one by one or together")
    func scores() async throws {
        try await withFolder { folder in
            let path = folder.appending(path: "reward.gguf").path
            let tiny = TinyRewardModel(words: ["buses", "should", "be", "free", "never", "question", ":", "."])
            try tiny.write(to: path)
            let model = try await LanguageModel.load(path: path)
            let texts = ["Buses should be free.", "Question: never", "words it has never seen", "free free free buses"]
            let scores = try await model.score(texts)
            for (text, score) in zip(texts, scores) {
                #expect(abs(score - tiny.score(of: text)) < 1e-3, "\(text): \(score), \(tiny.score(of: text))")
            }
            #expect(Set(scores).count == texts.count)
            #expect(try await model.score([texts[2]]) == [scores[2]])
            #expect(try await model.score([]).isEmpty)
            await #expect(throws: ModelError.self) {
                try await model.score([String(repeating: "free ", count: 300)])
            }
        }
    }

    @Test("a model without a classification head gives no scores")
    func noHead() async throws {
        let model = try await TestModel.shared()
        await #expect(throws: ModelError.noScore(path: TestModel.path)) { try await model.score(["a text"]) }
    }

    @Test("without a chat template the model goes on with the text as it is")
    func plainText() async throws {
        let chat = try await TestModel.shared()
        let plain = try await LanguageModel.load(
            path: TestModel.path, chatTemplate: LanguageModel.plainText, inTurnWith: chat)
        #expect(chat.chats && !plain.chats)
        var request = request
        request.messages = [ChatMessage(role: .user, text: "The capital of France is")]
        let result = try await plain.generate(request)
        #expect(result.promptText == "The capital of France is")
        #expect(result.draws[0].text.contains("Paris"))
        #expect(try await chat.generate(request).promptText != result.promptText)
    }
}
