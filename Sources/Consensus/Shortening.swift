// A record of what was cut from an opinion. It holds lengths, not words, so that it outlives an erasure.

/// One opinion that was shortened for the prompt.
public struct Shortening: Codable, Sendable, Equatable {
    /// The opinion's position in the brief, from 0.
    public let opinion: Int
    /// Characters that the member wrote.
    public let originalCharacters: Int
    /// Characters that the model read.
    public let keptCharacters: Int
    /// Whether it was cut at the end of a sentence; false when even first sentences were too much.
    public let atSentenceEnd: Bool

    private enum CodingKeys: String, CodingKey {
        case opinion
        case originalCharacters = "original_characters"
        case keptCharacters = "kept_characters"
        case atSentenceEnd = "at_sentence_end"
    }
}
