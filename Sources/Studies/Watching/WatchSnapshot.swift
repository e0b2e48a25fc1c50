// What is going on in a study at one moment.

import Foundation

/// A study under way, as the people who run it see it. It says nothing of conditions, and nothing that identifies people.
public struct WatchSnapshot: Codable, Sendable, Equatable {
    /// How many people are at one stage, or ended in one way.
    public struct Count: Codable, Sendable, Equatable {
        public let stage: Participant.Stage
        /// Why they ended; nil for those who did not.
        public let endReason: EndReason?
        public let people: Int
        /// How many of them are simulated.
        public let synthetic: Int
    }

    /// Something that is under way: a group in its phase, or a person outside of any group.
    public struct Row: Codable, Sendable, Equatable {
        /// Of the group or the person.
        public let id: UUID
        /// The group's number in the study, from 1, in the order in which groups started; nil for a person.
        public let group: Int?
        public let synthetic: Bool
        /// The stage of a person, or the phase of a group's round.
        public let phase: String
        public let round: Int?
        public let rounds: Int?
        public let enteredAt: Date
        public let deadline: Date?
        public let members: [Member]
        public let generations: Generations?
        /// How many texts a round in review waits for; nil for anything else.
        public let textsToReview: Int?
        public let risk: WatchRisk
    }

    /// Somebody in a row.
    public struct Member: Codable, Sendable, Equatable {
        public enum Presence: String, Codable, Sendable {
            case present, away, left
        }

        /// What somebody is to do next.
        public enum Owed: String, Codable, Sendable, CaseIterable {
            case stance, opinion, ratings, survey, stage
        }

        public let id: UUID
        /// Their place in the group; nil outside of one.
        public let seat: Int?
        public let presence: Presence
        /// Whether a page of theirs is open.
        public let isConnected: Bool
        /// When they last showed a sign of themselves: the step in a visible tab, words typed, an answer.
        public let activeAt: Date
        /// What is waited for; nil when nothing is.
        public let owes: Owed?
        /// Whether something is waited for and they show no sign of themselves.
        public let isIdle: Bool
        public let nudgedAt: Date?
    }

    /// The statements of a round in the making.
    public struct Generations: Codable, Sendable, Equatable {
        public let waiting: Int
        public let running: Int
        public let made: Int
        public let failed: Int
        /// What is done of those under way, 0 to 1.
        public let progress: Double
    }

    /// The statements that wait to be made.
    public struct Queue: Codable, Sendable, Equatable {
        /// Of this study.
        public let waiting: Int
        public let running: Int
        /// Of all studies of this server, since they wait in one line.
        public let waitingInAll: Int
        public let runningInAll: Int
        /// Since when the first in line waits.
        public let oldestAt: Date?
        /// Tokens that one worker makes per second, over the last 20 drafts; nil before the first.
        public let tokensPerSecond: Double?
        /// How long one draft has taken, in the mean of those, in seconds.
        public let secondsPerDraft: Double?
        /// Workers that hold something just now.
        public let workers: Int
    }

    public struct Flag: Codable, Sendable, Equatable {
        public let flag: QualityFlag
        /// How often it was raised, and for how many people.
        public let times: Int
        public let people: Int
    }

    /// Something that went wrong.
    public struct Fault: Codable, Sendable, Equatable {
        public let at: Date
        public let text: String
        /// How often, for what happens again and again.
        public let times: Int
        /// Which statement could not be made, and of which group's which round.
        public let generation: UUID?
        public let group: Int?
        public let round: Int?
    }

    public let study: String
    public let state: StudyState
    public let now: Date
    public let counts: [Count]
    /// Everything under way, what needs looking at first.
    public let rows: [Row]
    public let queue: Queue
    public let flags: [Flag]
    /// The newest first.
    public let faults: [Fault]
    /// Messages that wait for an answer; nil for those who do not read messages.
    public let unanswered: Int?
    /// Texts of the study that somebody has yet to look at.
    public let textsToReview: Int
}
