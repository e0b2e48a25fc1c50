// A version of a study's settings, and how it differs from the one before.

import Foundation

/// One version of a study's settings.
public struct StudyVersion: Codable, Sendable {
    public let version: Int
    public let createdAt: Date
    /// Who made it; nil for the command line.
    public let user: String?
    /// Whether people who come now get it.
    public let isRunning: Bool
    /// What it has otherwise than the version before it.
    public let changes: [StudyFileDifference]
}
