// A reward model small enough to be computed by hand.

import Foundation
import LanguageModel

/// A BERT of one layer whose attention looks at all words alike, with a classification head of one output. Made from a
/// seed; ``score(of:)`` computes what llama.cpp should.
public struct TinyRewardModel {
    private static let width = 32
    private static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    private let vocabulary: [String]
    private let embeddings: [[Float]]
    private let head: [Float]
    private let bias: Float

    /// - Parameters:
    ///   - words: those that it knows.
    ///   - spread: how far apart its scores lie; their middle is 4.
    public init(words: [String], seed: UInt64 = 1, spread: Float = 0.3) {
        var generator = SplitMix64(seed: seed)
        vocabulary = Self.specials + words
        embeddings = vocabulary.map { _ in (0..<Self.width).map { _ in Float(2 * generator.unit() - 1) } }
        head = (0..<Self.width).map { _ in spread * Float(2 * generator.unit() - 1) }
        bias = 4
    }

    /// - Parameter embedding: writes a sentence-embedding model instead, which gives the mean of the words' states, and has
    ///   no head.
    public func write(to path: String, embedding: Bool = false) throws {
        let width = Self.width
        let zeros = [Float](repeating: 0, count: width * width), ones = [Float](repeating: 1, count: width)
        var identity = zeros
        for place in 0..<width { identity[place * width + place] = 1 }
        func norm(_ name: String) -> [GGUFFile.Tensor] {
            [.init("\(name).weight", [width], ones), .init("\(name).bias", [width], Array(zeros.prefix(width)))]
        }
        try GGUFFile(
            facts: [
                ("general.architecture", .text("bert")), ("general.name", .text("Tiny reward model")),
                ("bert.context_length", .integer(256)), ("bert.embedding_length", .integer(UInt32(width))),
                ("bert.feed_forward_length", .integer(UInt32(width))), ("bert.block_count", .integer(1)),
                ("bert.attention.head_count", .integer(2)), ("bert.attention.layer_norm_epsilon", .number(1e-12)),
                ("bert.attention.causal", .flag(false)), ("bert.pooling_type", .integer(embedding ? 1 : 4)),
                ("tokenizer.ggml.model", .text("bert")), ("tokenizer.ggml.token_type_count", .integer(1)),
                (
                    "tokenizer.ggml.tokens",
                    .texts(vocabulary.map { Self.specials.contains($0) ? $0 : "\u{2581}\($0)" })
                ),
                ("tokenizer.ggml.padding_token_id", .integer(0)), ("tokenizer.ggml.unknown_token_id", .integer(1)),
                ("tokenizer.ggml.bos_token_id", .integer(2)), ("tokenizer.ggml.cls_token_id", .integer(2)),
                ("tokenizer.ggml.eos_token_id", .integer(3)), ("tokenizer.ggml.seperator_token_id", .integer(3)),
            ],
            tensors: [
                .init("token_embd.weight", [width, vocabulary.count], embeddings.flatMap(\.self)),
                .init("token_types.weight", [width, 1], Array(zeros.prefix(width))),
                .init("position_embd.weight", [width, 256], [Float](repeating: 0, count: width * 256)),
                .init("blk.0.attn_q.weight", [width, width], zeros), .init("blk.0.attn_k.weight", [width, width], zeros),
                .init("blk.0.attn_v.weight", [width, width], identity),
                .init("blk.0.attn_output.weight", [width, width], identity),
                .init("blk.0.ffn_up.weight", [width, width], zeros), .init("blk.0.ffn_down.weight", [width, width], zeros),
            ] + (embedding ? [] : [.init("cls.output.weight", [width, 1], head), .init("cls.output.bias", [1], [bias])])
                + norm("token_embd_norm") + norm("blk.0.attn_output_norm") + norm("blk.0.layer_output_norm")
        ).write(to: path)
    }

    /// What the model makes of a text, computed here.
    public func score(of text: String) -> Double {
        zip(states(of: text)[0], head).reduce(Double(bias)) { $0 + $1.0 * Double($1.1) }
    }

    /// The sentence embedding of a text, of length 1, computed here.
    public func embedding(of text: String) -> [Double] {
        let states = states(of: text)
        let mean = (0..<Self.width).map { place in states.reduce(0) { $0 + $1[place] } / Double(states.count) }
        let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return mean.map { $0 / length }
    }

    /// The last layer's state of each token.
    private func states(of text: String) -> [[Double]] {
        var words: [String] = [""]
        for character in text.lowercased() {
            if character.isWhitespace {
                words.append("")
            } else if character.isPunctuation {
                words += [String(character), ""]
            } else {
                words[words.count - 1].append(character)
            }
        }
        let known = words.filter { !$0.isEmpty }.map { vocabulary.firstIndex(of: $0) ?? 1 }
        let states = ([2] + known + [3]).map { Self.normalized(embeddings[$0].map(Double.init)) }
        let mean = (0..<Self.width).map { place in states.reduce(0) { $0 + $1[place] } / Double(states.count) }
        return states.map { state in Self.normalized(Self.normalized(zip(state, mean).map { $0 + $1 })) }
    }

    private static func normalized(_ values: [Double]) -> [Double] {
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        return values.map { ($0 - mean) / (variance + 1e-12).squareRoot() }
    }
}
