// What all llama.cpp contexts here have in common.

import CLlama

/// Makes contexts of one model, for one job of the engine.
struct ContextMaker {
    let model: OpaquePointer
    /// A low-rank adapter (Hu et al. 2021, "LoRA: Low-rank adaptation of large language models") to compute with, at full
    /// strength.
    let adapter: OpaquePointer?
    let threads: Int
    let cancellation: Cancellation

    /// - Parameters:
    ///   - cells: tokens that the context has to hold; it is made somewhat larger.
    ///   - shape: what is particular to this one.
    /// - Throws: ``ModelError/decodingFailed(code:)``.
    func make(cells: Int, _ shape: (inout llama_context_params) -> Void) throws(ModelError) -> OpaquePointer {
        var parameters = llama_context_default_params()
        parameters.n_ctx = UInt32((cells + 255) / 256 * 256)
        parameters.n_batch = UInt32(DecodingContext.batchSize)
        parameters.n_ubatch = UInt32(DecodingContext.batchSize)
        parameters.n_threads = Int32(threads)
        parameters.n_threads_batch = Int32(threads)
        parameters.no_perf = true
        parameters.abort_callback = { flag in
            flag.map { Unmanaged<Cancellation>.fromOpaque($0).takeUnretainedValue().isRaised } ?? false
        }
        parameters.abort_callback_data = Unmanaged.passUnretained(cancellation).toOpaque()
        shape(&parameters)
        guard let context = llama_init_from_model(model, parameters) else { throw .decodingFailed(code: 0) }
        guard let adapter else { return context }
        var adapters: [OpaquePointer?] = [adapter]
        var scales: [Float] = [1]
        guard llama_set_adapters_lora(context, &adapters, 1, &scales) == 0 else {
            llama_free(context)
            throw .decodingFailed(code: 0)
        }
        return context
    }
}
