// One generation inside llama.cpp: a context of its own, the prompt read once, the candidates decoded as one batch.
// Used from the engine's thread only.

import CLlama
import Foundation

/// A llama.cpp context for one request. Nothing else is ever in its cache, because other sequences would change the
/// numbers.
struct DecodingContext: ~Copyable {
    private let context: OpaquePointer
    private let vocabulary: OpaquePointer
    private let cancellation: Cancellation
    private var batch: llama_batch

    /// Tokens that are read at once; fixed, because it is part of what makes results repeatable.
    static let batchSize: Int32 = 512

    init(_ maker: ContextMaker, promptTokens: Int, candidates: Int, maximumTokens: Int) throws(ModelError) {
        context = try maker.make(cells: promptTokens + candidates * maximumTokens) { parameters in
            parameters.n_seq_max = UInt32(candidates)
            parameters.n_outputs_max = UInt32(candidates)
            // One buffer for all sequences, so that they share the prompt's cells.
            parameters.kv_unified = true
        }
        cancellation = maker.cancellation
        vocabulary = llama_model_get_vocab(maker.model)
        batch = llama_batch_init(max(Self.batchSize, Int32(candidates)), 0, 1)
    }

    deinit {
        llama_batch_free(batch)
        llama_free(context)
    }

    /// Forgets all that was read.
    func forget() {
        llama_memory_clear(llama_get_memory(context), true)
    }

    /// Reads the prompt into sequence 0 and lets every other candidate share it.
    mutating func read(_ prompt: [llama_token], candidates: Int) throws {
        var position = 0
        while position < prompt.count {
            let end = min(position + Int(Self.batchSize), prompt.count)
            batch.n_tokens = 0
            for index in position..<end {
                add(prompt[index], at: index, to: 0, wantsLogits: index == prompt.count - 1)
            }
            try decode()
            position = end
        }
        let memory = llama_get_memory(context)
        for candidate in 1..<max(1, candidates) { llama_memory_seq_cp(memory, 0, Int32(candidate), -1, -1) }
    }

    /// Reads one token for each of some candidates.
    mutating func read(_ tokens: [(candidate: Int, token: llama_token, position: Int)]) throws {
        batch.n_tokens = 0
        for entry in tokens { add(entry.token, at: entry.position, to: entry.candidate, wantsLogits: true) }
        try decode()
    }

    /// The logits of the `index`-th token of the last batch; -1 is its last.
    func logits(_ index: Int) throws(ModelError) -> UnsafeBufferPointer<Float> {
        guard let logits = llama_get_logits_ith(context, Int32(index)) else { throw .decodingFailed(code: -4) }
        return UnsafeBufferPointer(start: logits, count: Int(llama_vocab_n_tokens(vocabulary)))
    }

    private mutating func add(_ token: llama_token, at position: Int, to sequence: Int, wantsLogits: Bool) {
        let slot = Int(batch.n_tokens)
        batch.token[slot] = token
        batch.pos[slot] = Int32(position)
        batch.n_seq_id[slot] = 1
        batch.seq_id[slot]?[0] = Int32(sequence)
        batch.logits[slot] = wantsLogits ? 1 : 0
        batch.n_tokens += 1
    }

    private func decode() throws {
        let code = llama_decode(context, batch)
        if cancellation.isRaised { throw CancellationError() }
        guard code == 0 else { throw ModelError.decodingFailed(code: Int(code)) }
    }
}
