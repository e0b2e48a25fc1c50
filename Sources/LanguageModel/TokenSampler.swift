// Draws one token from the model's logits. The vocabulary is passed over twice; everything after works on the few
// tokens that min-p leaves.

import Foundation

/// The sampler of one candidate, with its own generator.
package struct TokenSampler {
    private let settings: SamplingSettings
    private var generator: SplitMix64
    private var kept: [(token: Int32, weight: Float)] = []

    package init(settings: SamplingSettings, seed: UInt64) {
        self.settings = settings
        generator = SplitMix64(seed: seed)
    }

    /// Terms this far below the largest logit add less than 1e-4 to the logarithm of the sum, even all together.
    private static let negligible: Float = -20

    /// Draws a token.
    /// - Returns: the token, and the natural logarithm of its probability at temperature 1; nil when the logits are not
    ///   numbers.
    package mutating func draw(from logits: UnsafeBufferPointer<Float>) -> (token: Int32, logProbability: Double)? {
        let peak = Self.maximum(of: logits)
        guard peak.isFinite else { return nil }
        let temperature = Float(settings.temperature)
        // min-p: exp((l - peak) / T) >= minP.
        let floor =
            temperature <= 0 ? 0 : (settings.minP > 0 ? temperature * Float(log(settings.minP)) : -Float.infinity)
        kept.removeAll(keepingCapacity: true)
        var sum: Float = 0
        for index in logits.indices {
            let distance = logits[index] - peak
            if distance > Self.negligible { sum += exp(distance) }
            if distance >= floor {
                kept.append((Int32(index), temperature > 0 ? exp(distance / temperature) : 1))
            }
        }
        guard let token = choose() else { return nil }
        let logProbability = Double(logits[Int(token)] - peak) - Double(log(sum))
        return (token, logProbability)
    }

    private mutating func choose() -> Int32? {
        guard settings.temperature > 0, kept.count > 1 else { return kept.first?.token }
        // Falling weight; equal weights by token, so that the order is the same everywhere.
        kept.sort { ($0.weight, $1.token) > ($1.weight, $0.token) }
        let whole = kept.reduce(Float(0)) { $0 + $1.weight }
        let limit = Float(settings.topP) * whole
        var nucleus: Float = 0
        var count = 0
        for entry in kept {
            nucleus += entry.weight
            count += 1
            if nucleus >= limit { break }
        }
        var remaining = Float(generator.unit()) * nucleus
        for entry in kept[..<count] {
            remaining -= entry.weight
            if remaining < 0 { return entry.token }
        }
        return kept[count - 1].token
    }

    private static func maximum(of logits: UnsafeBufferPointer<Float>) -> Float {
        // Eight running maxima, which the compiler keeps in one vector register.
        var lanes = SIMD8<Float>(repeating: -.infinity)
        let vectors = logits.count / 8
        if let base = logits.baseAddress {
            let raw = UnsafeRawPointer(base)
            for index in 0..<vectors {
                let vector = raw.loadUnaligned(fromByteOffset: index * 32, as: SIMD8<Float>.self)
                lanes.replace(with: vector, where: vector .> lanes)
            }
        }
        var peak = lanes.max()
        for index in (vectors * 8)..<logits.count { peak = max(peak, logits[index]) }
        return peak
    }
}
