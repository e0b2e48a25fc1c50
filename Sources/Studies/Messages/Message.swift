// A question to the study's admins.

import Foundation

/// A message, as admins see it.
public struct Message: Codable, Sendable, Equatable {
    public var id: UUID
    /// The person's id on their platform, else in the dump.
    public var person: String
    /// Their id in the dump.
    public var participant: UUID
    public var text: String
    public var sentAt: Date
    public var answer: String?
    public var answeredAt: Date?
    /// Whether the person has opened the answer.
    public var isRead: Bool
}
