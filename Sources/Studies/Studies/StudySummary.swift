// A line of the list of studies.

import Foundation

/// A study and how many people and groups it has.
public struct StudySummary: Codable, Sendable {
    public let name: String
    public let title: String
    public let state: String
    public let createdAt: Date
    public let archivedAt: Date?
    /// How many people the study wants; nil for as many as come.
    public let wanted: Int?
    /// How many groups it wants, as its quota and its arms say; nil for as many as come.
    public let wantedGroups: Int?
    /// Groups of real people that have finished.
    public let finishedGroups: Int
    /// Real people: all who ever came, those who are in it now, and those who have finished.
    public let people: Int
    public let inside: Int
    public let finished: Int
    public let version: Int
    /// Participants, simulated ones too.
    public let participants: Int
    /// Participants who have reached the end, simulated ones too.
    public let done: Int
    public let groups: Int
    /// Those of attention checks not counted.
    public let ratings: Int
}
