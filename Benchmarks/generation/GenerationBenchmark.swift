// Drawing a batch of candidates, beside llama.cpp's own llama-batched-bench at the same shape:
// a shared prompt of 600 tokens, 16 candidates of 100 tokens, end of text ignored.
//
//   GenerationBenchmark LLAMA-BATCHED-BENCH MODEL [rounds]
//
// Each round runs every contender once, one after another, so that what else the machine does falls on all of them;
// the rows are medians over the rounds (3 unless told otherwise, about two minutes each on two cores).

import Foundation
import LanguageModel

@main
struct GenerationBenchmark {
    static let prompt = 600
    static let candidates = 16
    static let tokens = 100

    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            throw BenchmarkError.usage
        }
        let rounds = arguments.count > 3 ? max(1, Int(arguments[3]) ?? 3) : 3
        let model = try await LanguageModel.load(path: arguments[2])
        let batched = BatchedBench(
            path: arguments[1], model: arguments[2], threads: model.facts.threads, prompt: prompt,
            candidates: candidates, tokens: tokens)
        let messages = try chat(for: model)
        _ = try await draw(1, from: messages, tokens: 4, with: model)

        var ours: [Timing] = [], theirs: [Timing] = [], kept: [Timing] = [], anew: [Timing] = []
        var sampling: [Double] = []
        for round in 1...rounds {
            FileHandle.standardError.write(Data("round \(round) of \(rounds)\n".utf8))
            let batch = try await draw(candidates, from: messages, tokens: tokens, with: model)
            ours.append(Timing(prompt: batch.promptSeconds, decode: batch.decodeSeconds))
            sampling.append(batch.samplingSeconds / batch.decodeSeconds)
            theirs.append(try await batched.run(oneAfterAnother: false))
            kept.append(try await batched.run(oneAfterAnother: true))
            var single = Timing(prompt: 0, decode: 0)
            for _ in 0..<candidates {
                let result = try await draw(1, from: messages, tokens: tokens, with: model)
                single.prompt += result.promptSeconds
                single.decode += result.decodeSeconds
            }
            anew.append(single)
        }

        let drawn = Double(candidates * tokens)
        let facts = model.facts
        print(
            "generation: \(facts.name) \(facts.weightType), \(facts.threads) threads, "
                + "prompt \(prompt) tokens, \(candidates) x \(tokens) tokens, median of \(rounds)")
        row("concord, one batch", ours, drawn)
        row("llama-batched-bench, one batch (no sampling)", theirs, drawn)
        row("llama-batched-bench, one after another, prompt kept", kept, drawn)
        row("concord, one after another, prompt read anew", anew, drawn)
        print(String(format: "sampling's share of drawing (below 0.1)                %6.3f", median(sampling)))
        ratio("concord / llama-batched-bench, drawing (at least 0.9) ", theirs, ours, \.decode)
        ratio("concord / llama-batched-bench, prompt and drawing     ", theirs, ours, \.total)
        ratio("one batch / prompt kept (at least 2)                  ", kept, ours, \.total)
        ratio("one batch / prompt read anew (at least 3.5)           ", anew, ours, \.total)
    }

    /// A chat of exactly `prompt` tokens.
    private static func chat(for model: LanguageModel) throws -> [ChatMessage] {
        var text = ""
        while true {
            let longer = text + (text.isEmpty ? "house" : " house")
            let messages = [ChatMessage(role: .user, text: longer)]
            let count = try model.tokenCount(of: messages)
            if count >= prompt { return messages }
            text = longer
        }
    }

    private static func draw(
        _ count: Int, from messages: [ChatMessage], tokens: Int, with model: LanguageModel
    ) async throws -> GenerationResult {
        try await model.generate(
            GenerationRequest(
                messages: messages,
                sampling: SamplingSettings(temperature: 1, topP: 0.95, minP: 0.1, maximumTokens: tokens),
                seeds: (0..<count).map { UInt64($0) }, ignoreEndOfText: true))
    }

    private static func row(_ name: String, _ timings: [Timing], _ drawn: Double) {
        let decode = median(timings.map(\.decode)), total = median(timings.map(\.total))
        let padded = name.padding(toLength: 54, withPad: " ", startingAt: 0)
        let speed = drawn / decode
        print(String(format: "%@ %6.2f s, of it drawing %6.2f s = %6.1f tokens/s", padded, total, decode, speed))
    }

    private static func ratio(
        _ name: String, _ slow: [Timing], _ fast: [Timing], _ part: KeyPath<Timing, Double>
    ) {
        // Per round, because both contenders of a round met the same machine.
        let ratios = zip(slow, fast).map { $0[keyPath: part] / $1[keyPath: part] }
        print(String(format: "%@  %6.2f", name, median(ratios)))
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
