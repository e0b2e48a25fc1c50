import Foundation
import LanguageModel
import Testing

@Suite("The token sampler")
struct TokenSamplerTests {
    private func draws(
        _ count: Int, from logits: [Float], temperature: Double, topP: Double = 1, minP: Double = 0, seed: UInt64 = 1
    ) -> [Int32] {
        var sampler = TokenSampler(
            settings: SamplingSettings(temperature: temperature, topP: topP, minP: minP, maximumTokens: 1), seed: seed)
        return logits.withUnsafeBufferPointer { logits in
            (0..<count).compactMap { _ in sampler.draw(from: logits)?.token }
        }
    }

    /// Logits of probabilities.
    private let skewed = [0.5, 0.3, 0.15, 0.05].map { Float(log($0)) }

    @Test("draws tokens as often as the model says, at temperature 1")
    func frequencies() {
        let drawn = draws(20_000, from: skewed, temperature: 1)
        for (token, probability) in [0.5, 0.3, 0.15, 0.05].enumerated() {
            let share = Double(drawn.count { $0 == Int32(token) }) / 20_000
            #expect(abs(share - probability) < 0.015)
        }
    }

    @Test("sharpens the distribution at a low temperature")
    func temperature() {
        // At T = 0.5 the weights are the squares: 0.25, 0.09, 0.0225, 0.0025.
        let share = Double(draws(20_000, from: skewed, temperature: 0.5).count { $0 == 0 }) / 20_000
        #expect(abs(share - 0.25 / 0.365) < 0.015)
    }

    @Test("takes the likeliest token at temperature 0")
    func greedy() {
        #expect(Set(draws(50, from: [0, 3, 2.99, -1], temperature: 0)) == [1])
    }

    @Test("drops tokens below min-p of the likeliest one")
    func minP() {
        // 0.15 / 0.5 = 0.3 and 0.05 / 0.5 = 0.1.
        #expect(Set(draws(5_000, from: skewed, temperature: 1, minP: 0.2)) == [0, 1, 2])
        #expect(Set(draws(5_000, from: skewed, temperature: 1, minP: 0.4)) == [0, 1])
    }

    @Test("keeps the nucleus whose share reaches top-p")
    func topP() {
        #expect(Set(draws(5_000, from: skewed, temperature: 1, topP: 0.49)) == [0])
        #expect(Set(draws(5_000, from: skewed, temperature: 1, topP: 0.7)) == [0, 1])
        #expect(Set(draws(5_000, from: skewed, temperature: 1, topP: 0.9)) == [0, 1, 2])
    }

    @Test("reports the logarithm of the model's own probability, whatever was dropped or sharpened")
    func logProbability() throws {
        let shifted = skewed.map { $0 + 40 }
        var sampler = TokenSampler(
            settings: SamplingSettings(temperature: 0.2, topP: 0.1, minP: 0.9, maximumTokens: 1), seed: 1)
        let draw = try #require(shifted.withUnsafeBufferPointer { sampler.draw(from: $0) })
        #expect(draw.token == 0)
        #expect(abs(draw.logProbability - log(0.5)) < 1e-5)
    }

    @Test("finds the likeliest token wherever it stands in a long list", arguments: [0, 7, 8, 4_095, 4_096, 4_098])
    func positions(_ position: Int) {
        var logits = [Float](repeating: -2, count: 4_099)
        logits[position] = 1
        #expect(draws(1, from: logits, temperature: 0) == [Int32(position)])
    }

    @Test("gives nothing when the logits are not numbers")
    func notNumbers() {
        #expect(draws(1, from: [.nan, .nan], temperature: 1).isEmpty)
        #expect(draws(1, from: [.infinity, 1], temperature: 1).isEmpty)
    }
}
