// What a platform is told of a person.

import Foundation

/// A person who came from a platform: how far they are, and the code that they have.
public struct PlatformParticipant: Codable, Sendable, Equatable {
    public let platformID: String
    public let stage: String
    public let endReason: String?
    /// The code shown to them; nil while they are taking part, and where the study pays nothing.
    public let code: String?
}
