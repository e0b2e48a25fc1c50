import Foundation
import LanguageModel
import TestSupport
import Testing

@Suite("Sentence embeddings")
struct SentenceEmbeddingTests {
    @Test("a sentence-embedding model's vectors are those computed by hand, each of length 1; a chat model is none")
    func byHand() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let path = folder.appending(path: "tiny.gguf").path(percentEncoded: false)
        let tiny = TinyRewardModel(words: ["should", "we", "tax", "the", "rich", "poor", "?"], seed: 5)
        try tiny.write(to: path, embedding: true)
        let model = try await LanguageModel.load(path: path, chatTemplate: LanguageModel.plainText)
        #expect(model.embedsSentences)
        let texts = ["Should we tax the rich?", "the poor", "should we tax the rich?"]
        let vectors = try await model.embed(texts)
        for (text, vector) in zip(texts, vectors) {
            for (found, expected) in zip(vector, tiny.embedding(of: text)) { #expect(abs(Double(found) - expected) < 1e-3) }
        }
        #expect(vectors[0] == vectors[2] && vectors[0] != vectors[1])
        let none = try await model.embed([])
        #expect(none.isEmpty)

        try tiny.write(to: path)
        let reward = try await LanguageModel.load(path: path, chatTemplate: LanguageModel.plainText)
        #expect(!reward.embedsSentences)
        let chat = try await TestModel.shared()
        #expect(!chat.embedsSentences)
    }
}
