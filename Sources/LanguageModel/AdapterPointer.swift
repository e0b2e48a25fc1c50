// Low-rank adapters inside llama.cpp (Hu et al. 2021, "LoRA: Low-rank adaptation of large language models").

import CLlama

extension OpaquePointer {
    /// Lets `context` compute with this adapter, at full strength. The context is freed when it cannot.
    func apply(to context: OpaquePointer) throws(ModelError) {
        var adapters: [OpaquePointer?] = [self]
        var scales: [Float] = [1]
        guard llama_set_adapters_lora(context, &adapters, 1, &scales) == 0 else {
            llama_free(context)
            throw .decodingFailed(code: 0)
        }
    }
}
