// A line of the list of studies.

import Foundation

/// A study and how many people and groups it has.
public struct StudySummary: Codable, Sendable {
    public let name: String
    public let state: String
    public let version: Int
    public let participants: Int
    /// Participants who have reached the end.
    public let done: Int
    public let groups: Int
    /// Those of attention checks not counted.
    public let ratings: Int
}
