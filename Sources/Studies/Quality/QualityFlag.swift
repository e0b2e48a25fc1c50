// Signs that an answer may be worth less than others.

/// A sign of low quality. A fact for researchers, which excludes nobody by itself.
public enum QualityFlag: String, Codable, Sendable, CaseIterable {
    /// A part of the opinion was pasted in. Its value: which share of the characters.
    case pasted
    /// Much of the opinion repeats the question or a position statement. Its value: which share of the words.
    case copiedQuestion = "copied-question"
    /// The opinion came soon after the stance. Its value: the seconds between them.
    case tooFastOpinion = "too-fast-opinion"
    /// The rating came soon after the statement was shown. Its value: the seconds between them.
    case tooFastRating = "too-fast-rating"
    /// All statements of a round have the same agreement and the same quality. Its value: how many there were.
    case straightLining = "straight-lining"
    /// An attention check was not answered as it says. Its value: the agreement given.
    case failedAttentionCheck = "failed-attention-check"

    /// Those that a study may refuse an opinion for.
    public static let blocking: [QualityFlag] = [.pasted, .copiedQuestion, .tooFastOpinion]
}
