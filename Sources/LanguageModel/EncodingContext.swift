// Encoding texts inside llama.cpp. Used from the engine's thread only.

import CLlama
import Foundation

/// A llama.cpp context that gives the last layer's states. Each text has the cache to itself.
struct EncodingContext: ~Copyable {
    private let context: OpaquePointer
    private let cancellation: Cancellation
    private let width: Int
    private var batch: llama_batch

    /// - Parameter tokens: of the longest text with what comes before it.
    init(_ maker: ContextMaker, tokens: Int) throws(ModelError) {
        context = try maker.make(cells: tokens) { parameters in
            parameters.n_seq_max = 1
            parameters.embeddings = true
            parameters.pooling_type = LLAMA_POOLING_TYPE_NONE
        }
        cancellation = maker.cancellation
        width = Int(llama_model_n_embd(maker.model))
        batch = llama_batch_init(DecodingContext.batchSize, 0, 1)
    }

    deinit {
        llama_batch_free(batch)
        llama_free(context)
    }

    /// The mean of the last layer's states over the tokens from `start` on.
    mutating func meanState(of tokens: [llama_token], from start: Int) throws -> [Float] {
        llama_memory_clear(llama_get_memory(context), true)
        var sums = [Double](repeating: 0, count: width)
        var position = 0
        while position < tokens.count {
            let end = min(position + Int(DecodingContext.batchSize), tokens.count)
            batch.n_tokens = 0
            for index in position..<end {
                let slot = Int(batch.n_tokens)
                batch.token[slot] = tokens[index]
                batch.pos[slot] = Int32(index)
                batch.n_seq_id[slot] = 1
                batch.seq_id[slot]?[0] = 0
                batch.logits[slot] = 1
                batch.n_tokens += 1
            }
            let code = llama_decode(context, batch)
            if cancellation.isRaised { throw CancellationError() }
            guard code == 0 else { throw ModelError.decodingFailed(code: Int(code)) }
            for index in max(start, position)..<max(start, end) {
                guard let state = llama_get_embeddings_ith(context, Int32(index - position)) else {
                    throw ModelError.decodingFailed(code: -5)
                }
                for place in 0..<width { sums[place] += Double(state[place]) }
            }
            position = end
        }
        let count = Double(tokens.count - start)
        let mean = sums.map { Float($0 / count) }
        guard mean.allSatisfy(\.isFinite) else { throw ModelError.notANumber }
        return mean
    }
}
