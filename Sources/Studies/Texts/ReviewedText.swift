// Somebody's words, and whether others may read them.

import Foundation

/// An opinion as those see it who review it.
public struct ReviewedText: Codable, Sendable {
    public enum Decision: String, Codable, Sendable, CaseIterable {
        case approve, hide
    }

    /// What an admin decided, and why.
    public struct Verdict: Codable, Sendable {
        public let id: Int64
        public let decision: Decision
        public let reason: String?
        /// Nobody for the command line.
        public let by: String?
        public let at: Date
    }

    public let id: UUID
    /// Nil where the reader may not read it: researchers read what others may.
    public let text: String?
    /// What the screen noticed; places in ``text``.
    public let findings: [TextFinding]
    /// Whether it may be shown.
    public let visible: Bool
    /// Whether somebody has yet to look at it: it is flagged or withheld, and nobody has decided.
    public let isUnread: Bool
    /// Every decision, the newest last.
    public let decisions: [Verdict]
    public let question: String
    public let participantID: UUID
    public let synthetic: Bool
    public let submittedAt: Date
    public let round: Int
    /// Until when its round waits for the review; nil when it does not.
    public let waitsUntil: Date?
}
