// A person taking part.

import Foundation

/// A participant, as a session cookie identifies one.
public struct Participant: Sendable, Equatable {
    public let id: UUID
    public let studyID: UUID
    public let stage: Stage
    /// Their id on the platform they came from; nil for whoever came by an open link.
    public let platformID: String?

    /// Where a participant is in the study as a whole; within `group` the round says more.
    public enum Stage: String, Codable, Sendable, CaseIterable {
        case entry, instructions, comprehension, lobby, group, exit, debriefing, done, ended
    }
}
