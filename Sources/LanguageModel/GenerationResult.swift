// What the model gave.

/// The candidates of one request, in the order of its seeds.
public struct GenerationResult: Sendable {
    public let draws: [Draw]
    /// Tokens of the prompt, read once for all candidates.
    public let promptTokens: Int
    /// The prompt with the chat template applied.
    public let promptText: String
    /// Seconds spent reading the prompt.
    public let promptSeconds: Double
    /// Seconds spent drawing, sampling included.
    public let decodeSeconds: Double
    /// Of those, seconds spent choosing tokens from logits.
    public let samplingSeconds: Double
}
