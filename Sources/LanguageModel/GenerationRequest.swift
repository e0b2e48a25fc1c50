// What is asked of the model.

/// A batch of candidates for one prompt.
public struct GenerationRequest: Sendable {
    public var messages: [ChatMessage]
    public var sampling: SamplingSettings
    /// One seed per candidate.
    public var seeds: [UInt64]
    /// Goes on to the token limit whatever the model says; for benchmarks.
    public var ignoreEndOfText: Bool

    public init(
        messages: [ChatMessage], sampling: SamplingSettings, seeds: [UInt64], ignoreEndOfText: Bool = false
    ) {
        self.messages = messages
        self.sampling = sampling
        self.seeds = seeds
        self.ignoreEndOfText = ignoreEndOfText
    }
}
