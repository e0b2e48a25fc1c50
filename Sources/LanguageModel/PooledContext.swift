// Reading a text as one vector, by the pooling that a model was trained for. Used from the engine's thread only.

import CLlama
import Foundation

/// A llama.cpp context with pooling: of a classification head (rank), or of a sentence-embedding model. Each text has the
/// cache to itself.
struct PooledContext: ~Copyable {
    private let context: OpaquePointer
    private let cancellation: Cancellation
    private let width: Int
    private var batch: llama_batch

    /// - Parameters:
    ///   - tokens: of the longest text, which has to be read at once.
    ///   - pooling: `LLAMA_POOLING_TYPE_UNSPECIFIED` for the model's own.
    ///   - width: how many numbers that gives.
    init(_ maker: ContextMaker, tokens: Int, pooling: llama_pooling_type, width: Int) throws(ModelError) {
        context = try maker.make(cells: tokens) { parameters in
            parameters.n_batch = parameters.n_ctx
            parameters.n_ubatch = parameters.n_ctx
            parameters.n_seq_max = 1
            parameters.embeddings = true
            parameters.pooling_type = pooling
        }
        cancellation = maker.cancellation
        self.width = width
        batch = llama_batch_init(Int32(tokens), 0, 1)
    }

    deinit {
        llama_batch_free(batch)
        llama_free(context)
    }

    /// What the pooling makes of a text.
    mutating func vector(of tokens: [llama_token]) throws -> [Float] {
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
        guard let vector = llama_get_embeddings_seq(context, 0) else { throw ModelError.notANumber }
        let numbers = Array(UnsafeBufferPointer(start: vector, count: width))
        guard numbers.allSatisfy(\.isFinite) else { throw ModelError.notANumber }
        return numbers
    }
}
