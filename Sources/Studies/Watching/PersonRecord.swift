// Everything that is known of one person in a study, for the people who run it.

import Foundation

/// A person's record. It says nothing of conditions: statements are what the person was shown.
public struct PersonRecord: Codable, Sendable {
    /// Who the person is elsewhere; for admins only.
    public struct Platform: Codable, Sendable {
        public let participant: String?
        public let study: String?
        public let session: String?
        /// The invitation that they came with.
        public let invitation: UUID?
    }

    public struct Place: Codable, Sendable {
        public let id: UUID
        /// Of the group in the study, from 1.
        public let number: Int
        public let seat: Int
        /// active, finished or released.
        public let state: String
        public let presence: WatchSnapshot.Member.Presence
        /// How many rounds in a row they have missed.
        public let missedRounds: Int
    }

    /// Something that happened, in the order of time.
    public struct Event: Codable, Sendable {
        public let at: Date
        /// Such as `consented`, `opinion`, `ended`.
        public let event: String
        public let round: Int?
    }

    public struct Connection: Codable, Sendable {
        public let isConnected: Bool
        public let seenAt: Date
        public let activeAt: Date
        /// Browsers in which they can go on, and when the last was added.
        public let devices: Int
        public let newestDeviceAt: Date?
        public let language: String?
    }

    /// What they answered in a round.
    public struct Round: Codable, Sendable {
        public struct Stance: Codable, Sendable {
            public let affirming: Int
            public let negating: Int
        }

        /// A statement, or another member's opinion, that was put before them.
        public struct Rating: Codable, Sendable {
            public let position: Int
            /// Empty where it was deleted, or where the reader may not read it.
            public let text: String
            public let isOpinion: Bool
            public let shownAt: Date?
            public let submittedAt: Date?
            public let agreement: Int?
            public let quality: Int?
            /// How long it lay in a visible tab.
            public let visibleSeconds: Double
        }

        public let number: Int
        public let phase: String
        public let question: String
        public let affirming: String
        public let negating: String
        public let stance: Stance?
        /// Empty where it was deleted, or where the reader may not read it.
        public let opinion: String?
        /// Words typed and not sent; for admins only, since they are nobody's answer.
        public let draft: String?
        public let ratings: [Rating]
        public let visibleSeconds: Double
    }

    public struct Survey: Codable, Sendable {
        public let survey: Surveys.Kind
        public let round: Int?
        public let answers: [String: SurveyAnswer]
        public let submittedAt: Date
    }

    /// A try at the comprehension questions.
    public struct ComprehensionTry: Codable, Sendable {
        public let number: Int
        public let wrong: [String]
        public let submittedAt: Date
    }

    public struct Flag: Codable, Sendable {
        public let flag: QualityFlag
        public let round: Int
        public let value: Double
        public let at: Date
    }

    /// What can be done about them now.
    public struct Deeds: Codable, Sendable {
        public let nudge: Bool
        public let release: Bool
        public let remove: Bool
        public let erase: Bool
        public let extend: Bool
    }

    public let id: UUID
    public let synthetic: Bool
    public let stage: Participant.Stage
    public let endReason: EndReason?
    public let deadline: Date?
    public let isErased: Bool
    /// What was deleted; for admins only.
    public let erasure: ErasureReport?
    public let platform: Platform?
    public let group: Place?
    public let owes: WatchSnapshot.Member.Owed?
    public let events: [Event]
    public let connection: Connection
    public let rounds: [Round]
    public let surveys: [Survey]
    public let comprehension: [ComprehensionTry]
    public let flags: [Flag]
    /// Nil for those who do not read messages, as are the payments.
    public let messages: [Message]?
    public let payments: [Due]?
    public let can: Deeds

    /// Something that they are owed.
    public struct Due: Codable, Sendable {
        public let kind: String
        public let amount: String
        public let currency: String
        public let reason: String
        public let at: Date
    }
}
