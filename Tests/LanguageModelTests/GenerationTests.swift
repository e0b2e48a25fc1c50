import Foundation
import LanguageModel
import TestSupport
import Testing

@Suite("A generation", .serialized)
struct GenerationTests {
    private let messages = [
        ChatMessage(role: .system, text: "You answer in one sentence."),
        ChatMessage(role: .user, text: "Should we build more houses?"),
    ]

    private func request(
        seeds: [UInt64], temperature: Double = 1, tokens: Int = 12, stop: [String] = [], ignoreEnd: Bool = true
    ) -> GenerationRequest {
        GenerationRequest(
            messages: messages,
            sampling: SamplingSettings(
                temperature: temperature, topP: 0.95, minP: 0.02, maximumTokens: tokens, stop: stop),
            seeds: seeds, ignoreEndOfText: ignoreEnd)
    }

    @Test("gives one draw per seed, in their order")
    func oneDrawPerSeed() async throws {
        let result = try await TestModel.shared().generate(request(seeds: [9, 3, 7, 3]))
        #expect(result.draws.map(\.seed) == [9, 3, 7, 3])
        #expect(result.draws.allSatisfy { !$0.text.isEmpty && $0.logProbability < 0 })
    }

    @Test("gives the same candidates again for the same seeds, and others for other seeds")
    func repeatable() async throws {
        let model = try await TestModel.shared()
        let first = try await model.generate(request(seeds: [1, 2, 3]))
        let again = try await model.generate(request(seeds: [1, 2, 3]))
        let other = try await model.generate(request(seeds: [4, 5, 6]))
        #expect(first.draws == again.draws)
        #expect(Set(first.draws.map(\.text)).isDisjoint(with: other.draws.map(\.text)))
    }

    @Test("does not depend on what else is waiting")
    func independent() async throws {
        let model = try await TestModel.shared()
        let alone = try await model.generate(request(seeds: [11, 12]))
        try await withThrowingTaskGroup(of: [Draw]?.self) { tasks in
            for seed in 1...3 {
                tasks.addTask {
                    _ = try await model.generate(request(seeds: [UInt64(seed)]))
                    return nil
                }
                tasks.addTask { try await model.generate(request(seeds: [11, 12])).draws }
            }
            for try await draws in tasks where draws != nil { #expect(draws == alone.draws) }
        }
    }

    @Test("stops at the token limit")
    func tokenLimit() async throws {
        let draw = try #require(try await TestModel.shared().generate(request(seeds: [1], tokens: 5)).draws.first)
        #expect(draw.tokenCount == 5)
        #expect(draw.finish == .length)
    }

    @Test("ends when the model ends it, and then before the token limit")
    func endOfText() async throws {
        let sampling = SamplingSettings(temperature: 0, maximumTokens: 60)
        let result = try await TestModel.shared().generate(
            GenerationRequest(
                messages: [ChatMessage(role: .user, text: "Say only: Yes.")], sampling: sampling, seeds: [1]))
        let draw = try #require(result.draws.first)
        #expect(draw.finish == .endOfText)
        #expect(draw.tokenCount < 60)
        #expect(!draw.text.contains("<|im_end|>"))
    }

    @Test("is cut before a stop string, and is else what it would have been")
    func stopString() async throws {
        let model = try await TestModel.shared()
        let whole = try #require(try await model.generate(request(seeds: [21], tokens: 16)).draws.first)
        let words = whole.text.split(separator: " ")
        let stop = " " + String(try #require(words.dropFirst(3).first))
        let cut = try #require(try await model.generate(request(seeds: [21], tokens: 16, stop: [stop])).draws.first)
        #expect(cut.finish == .stopString)
        #expect(!cut.text.contains(stop))
        #expect(whole.text.hasPrefix(cut.text + stop))
    }

    @Test("goes on with the others when one candidate has ended")
    func unevenEnds() async throws {
        let result = try await TestModel.shared().generate(
            request(seeds: Array(1...6), tokens: 14, stop: ["e"]))
        #expect(result.draws.count == 6)
        #expect(Set(result.draws.map(\.tokenCount)).count > 1)
        #expect(result.draws.allSatisfy { !$0.text.contains("e") })
    }

    @Test("goes on from what the assistant has begun to say")
    func begunAnswer() async throws {
        let model = try await TestModel.shared()
        let begun = messages + [ChatMessage(role: .assistant, text: "We")]
        let result = try await model.generate(
            GenerationRequest(
                messages: begun, sampling: SamplingSettings(temperature: 0, maximumTokens: 4), seeds: [1]))
        #expect(result.promptText.hasSuffix("<|im_start|>assistant\nWe"))
        #expect(try #require(result.draws.first).text.hasPrefix(" "))
    }

    @Test("reports progress that grows to what was expected")
    func progress() async throws {
        let seen = Record<GenerationProgress>()
        _ = try await TestModel.shared().generate(request(seeds: [1, 2], tokens: 6)) { seen.append($0) }
        #expect(seen.all.map(\.tokensDone) == [2, 4, 6, 8, 10, 12])
        #expect(seen.all.allSatisfy { $0.tokensExpected == 12 })
    }

    @Test("counts the tokens of the prompt before it reads them")
    func promptTokens() async throws {
        let model = try await TestModel.shared()
        let result = try await model.generate(request(seeds: [1], tokens: 1))
        #expect(try model.tokenCount(of: messages) == result.promptTokens)
        #expect(result.promptText.contains("Should we build more houses?"))
    }

    @Test("refuses a prompt that leaves no room for an answer")
    func promptTooLong() async throws {
        let model = try await TestModel.shared()
        var long = request(seeds: [1], tokens: model.facts.contextLength - 20)
        await #expect(throws: ModelError.self) { try await model.generate(long) }
        long.sampling.maximumTokens = 1
        _ = try await model.generate(long)
    }

    @Test(
        "refuses sampling settings that mean nothing",
        arguments: [
            SamplingSettings(temperature: -1, maximumTokens: 5), SamplingSettings(temperature: .nan, maximumTokens: 5),
            SamplingSettings(temperature: 1, topP: 0, maximumTokens: 5),
            SamplingSettings(temperature: 1, minP: 2, maximumTokens: 5),
            SamplingSettings(temperature: 1, maximumTokens: 0),
        ])
    func badSampling(_ sampling: SamplingSettings) async throws {
        let model = try await TestModel.shared()
        let request = GenerationRequest(messages: messages, sampling: sampling, seeds: [1])
        await #expect(throws: ModelError.self) { try await model.generate(request) }
    }

    @Test("refuses a request without seeds")
    func noSeeds() async throws {
        let model = try await TestModel.shared()
        await #expect(throws: ModelError.noSeeds) { try await model.generate(request(seeds: [])) }
    }
}
