// Texts to be reviewed, and how many there are.

/// A part of a study's texts.
public struct ReviewList: Codable, Sendable {
    /// Which texts are wanted.
    public enum Part: String, Codable, Sendable, CaseIterable {
        /// Those that somebody has yet to look at.
        case unread
        /// Those that the screen noticed something in.
        case flagged
        /// Those that may not be shown.
        case hidden
        case all
    }

    public struct Counts: Codable, Sendable, Equatable {
        public let unread: Int
        public let flagged: Int
        public let hidden: Int
        public let all: Int

        public init(unread: Int, flagged: Int, hidden: Int, all: Int) {
            self.unread = unread
            self.flagged = flagged
            self.hidden = hidden
            self.all = all
        }
    }

    /// What the study says of people's words: ``ReviewSettings/Mode``.
    public let mode: ReviewSettings.Mode
    /// How long a round waits for a review, in minutes.
    public let minutes: Double
    /// Whether the study shows people's words to others at all.
    public let showsWords: Bool
    public let counts: Counts
    public let texts: [ReviewedText]
}
