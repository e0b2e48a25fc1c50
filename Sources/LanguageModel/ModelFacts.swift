// What is recorded of a model with every generation.

/// Facts about the loaded model and what computes it. Given these and a seed, the same candidates come out again.
public struct ModelFacts: Codable, Sendable, Equatable {
    public let path: String
    /// The model's own name for itself.
    public let name: String
    /// SHA-256 of the file that was loaded, in hexadecimal.
    public let sha256: String
    /// llama.cpp's name of the weight type.
    public let weightType: String
    public let parameterCount: Int
    /// The longest context that the model was trained on, in tokens.
    public let contextLength: Int
    /// The chat template that was named, nil for the model's own.
    public let chatTemplate: String?
    public let threads: Int
    /// Version of llama.cpp.
    public let llamaBuild: String
    /// The processor, and which of its instructions llama.cpp uses.
    public let cpu: String
    /// The file of the low-rank adapter that it computes with, nil without one.
    public let adapterPath: String?
    /// SHA-256 of that file, in hexadecimal.
    public let adapterSHA256: String?
}
