// A study as the rest of the house sees it.

import Foundation

/// A study with the newest version of its settings.
public struct Study: Sendable {
    public let id: UUID
    public let versionID: UUID
    public let version: Int
    public let state: StudyState
    public let settings: StudySettings
}
