// A low-rank adapter for the default model, made from a seed.

import Foundation
import LanguageModel

/// Changes what one layer's feed-forward network gives.
public enum TinyAdapter {
    /// - Parameter strength: how far its weights reach; with 0 it changes nothing.
    public static func write(to path: String, strength: Float, seed: UInt64 = 1) throws {
        var generator = SplitMix64(seed: seed)
        let rank = 4, inner = 1_536, width = 576
        func random(_ count: Int, _ scale: Float) -> [Float] {
            (0..<count).map { _ in scale * Float(2 * generator.unit() - 1) }
        }
        try GGUFFile(
            facts: [
                ("general.type", .text("adapter")), ("general.architecture", .text("llama")),
                ("adapter.type", .text("lora")), ("adapter.lora.alpha", .number(Float(rank))),
            ],
            tensors: [
                .init("blk.3.ffn_down.weight.lora_a", [inner, rank], random(inner * rank, 0.1)),
                .init("blk.3.ffn_down.weight.lora_b", [rank, width], random(rank * width, strength)),
            ]
        ).write(to: path)
    }
}
