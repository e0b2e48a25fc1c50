// What an admin sees of one study.

import Foundation
import Postgres

/// A study as its page shows it.
public struct StudyOverview: Codable, Sendable {
    /// Real people, by where they are.
    public struct People: Codable, Sendable {
        /// All who have ever come.
        public let all: Int
        /// In it now, and of these in the waiting room.
        public let inside: Int
        public let waiting: Int
        public let finished: Int
        /// Whose part ended before its end.
        public let ended: Int
        /// Simulated people, who are counted nowhere else here.
        public let simulated: Int
    }

    /// A code that people take away, by how their part ended.
    public struct Code: Codable, Sendable {
        public let title: String
        public let code: String
    }

    /// How many groups an arm is to have.
    public struct ArmQuota: Codable, Sendable {
        public let name: String
        public let groups: Int
    }

    /// How people come, and go back.
    public struct Entry: Codable, Sendable {
        public let source: Recruitment.Source
        /// What follows `/join/<study>`, with the places that a platform fills in.
        public let query: String
        public let redirect: String?
    }

    public let name: String
    public let title: String
    public let state: StudyState
    /// The states that it can be moved to.
    public let next: [StudyState]
    public let createdAt: Date
    public let archivedAt: Date?
    /// The newest version, and the one that people who come now get.
    public let version: Int
    public let runningVersion: Int
    public let people: People
    public let groupsUnderWay: Int
    public let groupsFinished: Int
    /// What the newest version wants; nil for as many as come.
    public let wantedPeople: Int?
    public let wantedGroups: Int?
    /// By arm; none where the study has no arms.
    public let wantedInArms: [ArmQuota]
    /// How many quotas there are by answers and attributes.
    public let answerQuotas: Int
    /// For how many more people there is money; nil without a budget, or where a place costs nothing.
    public let budgetPlaces: Int?
    /// What an admin should know before the newest version is opened.
    public let warnings: [String]
    /// What keeps the newest version from being opened; nothing where the study is closed.
    public let obstacles: [String]
    /// What the newest version has otherwise than the one that people get now.
    public let pending: [StudyFileDifference]
    public let minutes: Int
    public let sizes: [Int]
    public let entry: Entry
    public let codes: [Code]
}
