import LanguageModel
import TestSupport
import Testing

@Suite("Encoding texts", .serialized)
struct EncodingTests {
    private static let question = "Should public transport be free? "
    private static let texts = [
        "Public transport should be free for everyone, so that people leave their cars.",
        "Buses and trains should cost nothing; then fewer of us would drive.",
        "The recipe needs two eggs, a cup of flour and a pinch of salt.",
    ].map { TextInContext($0, after: question) }

    private func cosine(_ one: [Float], _ other: [Float]) -> Float {
        func dot(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(one, other) / (dot(one, one) * dot(other, other)).squareRoot()
    }

    @Test("a text's encoding depends on it and what is before it, and on nothing else")
    func alone() async throws {
        let model = try await TestModel.shared()
        let together = try await model.encode(Self.texts)
        #expect(together.map(\.count) == Array(repeating: model.encodingWidth, count: 3))
        let single = try await model.encode([Self.texts[1]])
        #expect(single == [together[1]])
        let backwards = try await model.encode(Array(Self.texts.reversed()))
        #expect(backwards == Array(together.reversed()))
        let elsewhere = try await model.encode([TextInContext(Self.texts[1].text, after: "Should the council build a new stadium? ")])
        #expect(elsewhere[0] != together[1])
        let nothing = try await model.encode([])
        #expect(nothing.isEmpty)
    }

    @Test("texts that say alike are nearer to each other than to one that does not")
    func meaning() async throws {
        let model = try await TestModel.shared()
        let states = try await model.encode(Self.texts)
        #expect(cosine(states[0], states[1]) > cosine(states[0], states[2]))
        #expect(cosine(states[0], states[1]) > cosine(states[1], states[2]))
    }

    @Test("a text longer than the context is read as far as it fits; one of nothing, or after too much, is refused")
    func limits() async throws {
        let model = try await TestModel.withContext(of: 256)
        #expect(model.facts.contextLength == 256)
        let long = String(repeating: "many words ", count: model.facts.contextLength)
        let states = try await model.encode([long, long + "and others"].map { TextInContext($0, after: Self.question) })
        #expect(states[0].allSatisfy { $0.isFinite } && states[0] == states[1])
        await #expect(throws: ModelError.self) { try await model.encode([TextInContext("", after: Self.question)]) }
        await #expect(throws: ModelError.self) { try await model.encode([TextInContext("words", after: long)]) }
    }

    @Test("stops when its task is cancelled")
    func cancelled() async throws {
        let model = try await TestModel.shared()
        let many = (0..<2_000).map { TextInContext("Sentence number \($0) of very many.", after: Self.question) }
        let task = Task { try await model.encode(many) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
