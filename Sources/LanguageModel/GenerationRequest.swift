// What is asked of the model.

/// A batch of candidates for one prompt.
public struct GenerationRequest: Sendable {
    /// The chat. If its last message is the assistant's, that is the beginning of the answer: the model goes on from
    /// there, and draws do not repeat it.
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
