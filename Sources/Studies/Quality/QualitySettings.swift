// What counts as low quality, as a study file states it.

/// The thresholds of flags, and which of them an opinion is refused for.
public struct QualitySettings: Codable, Sendable, Equatable {
    /// An opinion that comes sooner after the stance is too fast; 10 seconds if nil.
    public var opinionSeconds: Double?
    /// A rating that comes sooner after its statement was shown is too fast; 2 seconds if nil.
    public var ratingSeconds: Double?
    /// Flags with which an opinion is not taken; none if nil.
    public var block: [QualityFlag]?

    enum CodingKeys: String, CodingKey {
        case opinionSeconds = "opinion_seconds"
        case ratingSeconds = "rating_seconds"
        case block
    }

    /// A share of the opinion's characters, or words, from which it is flagged.
    static let share = 0.5
    /// Fewer pasted characters than these may be a corrected word.
    static let pastedCharacters = 20
    /// As many words in a row are a repetition.
    static let repeatedWords = 4
    /// As many statements all answered alike are a straight line.
    static let straightLine = 3

    var slowestFastOpinion: Double { opinionSeconds ?? 10 }
    var slowestFastRating: Double { ratingSeconds ?? 2 }
}
