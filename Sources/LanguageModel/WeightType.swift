// Weight types that a model can be converted to.

import CLlama

/// A weight type that decodes a batch well on a CPU.
public enum WeightType: String, Sendable, CaseIterable {
    case bf16, f16
    case q4_0, q8_0

    var fileType: llama_ftype {
        switch self {
        case .bf16: LLAMA_FTYPE_MOSTLY_BF16
        case .f16: LLAMA_FTYPE_MOSTLY_F16
        case .q4_0: LLAMA_FTYPE_MOSTLY_Q4_0
        case .q8_0: LLAMA_FTYPE_MOSTLY_Q8_0
        }
    }
}
