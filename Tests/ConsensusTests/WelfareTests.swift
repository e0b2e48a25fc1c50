import Consensus
import Foundation
import LanguageModel
import Testing

@Suite("Welfare")
struct WelfareTests {
    private func welfare(_ alpha: Double, _ utilities: [Double]) throws -> Double {
        try #require(Welfare(alpha: alpha)).of(utilities)
    }

    private static let alphas: [Double] = [0, 1e-12, 0.3, 0.5, 1 - 1e-9, 1, 1 + 1e-9, 1.5, 2, 5, 50, 1e4, 1e300, .infinity]

    /// Groups of 1 to 5 with agreements from 1 to 7.
    private func groups(_ count: Int = 2_000) -> [[Double]] {
        var generator = SplitMix64(seed: 17)
        return (0..<count).map { _ in (0..<(1 + generator.int(below: 5))).map { _ in 1 + 6 * generator.unit() } }
    }

    @Test("is the mean, the geometric mean and the minimum at 0, 1 and infinity, and as computed by hand between")
    func values() throws {
        let group = [2.0, 4, 6, 7]
        #expect(abs(try welfare(0, group) - 4.75) < 1e-12)
        #expect(abs(try welfare(1, group) - pow(336, 0.25)) < 1e-12)
        #expect(try welfare(.infinity, group) == 2)
        // The harmonic mean: 4 / (1/2 + 1/4 + 1/6 + 1/7).
        #expect(abs(try welfare(2, group) - 4 / (0.5 + 0.25 + 1.0 / 6 + 1.0 / 7)) < 1e-12)
        // α = 0.5: ((√2 + 2 + √6 + √7) / 4)².
        #expect(abs(try welfare(0.5, group) - pow((2.0.squareRoot() + 2 + 6.0.squareRoot() + 7.0.squareRoot()) / 4, 2)) < 1e-12)
        #expect(try welfare(3, []).isNaN)
        #expect(try welfare(3, [1, 0]).isNaN)
        #expect(Welfare(alpha: -0.1) == nil && Welfare(alpha: .nan) == nil)
        #expect(abs(try #require(Welfare(alpha: 0)).ofAgreements([-3, 9, 4]) - 4) < 1e-12)
    }

    @Test("does not depend on who is who, lies between the least and the greatest, and is homogeneous")
    func anonymity() throws {
        var generator = SplitMix64(seed: 18)
        for group in groups() {
            for alpha in Self.alphas {
                let value = try welfare(alpha, group)
                var shuffled = group
                generator.shuffle(&shuffled)
                #expect(abs(try welfare(alpha, shuffled) - value) < 1e-9)
                #expect(value >= (group.min() ?? 0) && value <= (group.max() ?? 0))
                #expect(abs(try welfare(alpha, group.map { $0 * 3 }) - 3 * value) < 1e-9 * value)
            }
        }
    }

    @Test("grows when anybody agrees more, strictly so for a finite α")
    func pareto() throws {
        var generator = SplitMix64(seed: 19)
        for group in groups() {
            let member = generator.int(below: group.count)
            var better = group
            better[member] += 0.1 + generator.unit()
            for alpha in Self.alphas {
                let before = try welfare(alpha, group), after = try welfare(alpha, better)
                #expect(after >= before)
                if alpha <= 5 { #expect(after > before, "α \(alpha), \(group), \(better)") }
            }
        }
    }

    @Test("never grows with the aversion to inequality, from the mean to the minimum, and has no jump near 1")
    func monotone() throws {
        for group in groups() {
            let values = try Self.alphas.map { try welfare($0, group) }
            for (one, next) in zip(values, values.dropFirst()) { #expect(next <= one + 1e-12) }
            #expect(abs(values[0] - group.reduce(0, +) / Double(group.count)) < 1e-12)
            #expect(values.last == group.min())
            #expect(abs(values[4] - values[5]) < 1e-7 && abs(values[6] - values[5]) < 1e-7)
        }
    }
}
