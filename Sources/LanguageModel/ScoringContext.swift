// Scoring texts inside llama.cpp with a model's classification head. Used from the engine's thread only.

import CLlama
import Foundation

/// A llama.cpp context with rank pooling. Each text has the cache to itself.
struct ScoringContext: ~Copyable {
    private let context: OpaquePointer
    private let cancellation: Cancellation
    private var batch: llama_batch

    /// - Parameter tokens: of the longest text, which has to be read at once.
    init(_ maker: ContextMaker, tokens: Int) throws(ModelError) {
        context = try maker.make(cells: tokens) { parameters in
            parameters.n_batch = parameters.n_ctx
            parameters.n_ubatch = parameters.n_ctx
            parameters.n_seq_max = 1
            parameters.embeddings = true
            parameters.pooling_type = LLAMA_POOLING_TYPE_RANK
        }
        cancellation = maker.cancellation
        batch = llama_batch_init(Int32(tokens), 0, 1)
    }

    deinit {
        llama_batch_free(batch)
        llama_free(context)
    }

    /// The head's one output for a text.
    mutating func score(of tokens: [llama_token]) throws -> Double {
        if let memory = llama_get_memory(context) { llama_memory_clear(memory, true) }
        batch.n_tokens = 0
        for (index, token) in tokens.enumerated() {
            batch.token[index] = token
            batch.pos[index] = Int32(index)
            batch.n_seq_id[index] = 1
            batch.seq_id[index]?[0] = 0
            batch.logits[index] = 1
            batch.n_tokens += 1
        }
        let code = llama_get_memory(context) == nil ? llama_encode(context, batch) : llama_decode(context, batch)
        if cancellation.isRaised { throw CancellationError() }
        guard code == 0 else { throw ModelError.decodingFailed(code: Int(code)) }
        guard let score = llama_get_embeddings_seq(context, 0)?.pointee, score.isFinite else {
            throw ModelError.notANumber
        }
        return Double(score)
    }
}
