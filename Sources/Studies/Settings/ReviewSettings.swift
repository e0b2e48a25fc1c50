// Which of people's own words are shown to others, and who decides.

/// What happens before somebody's own words are shown to others.
public struct ReviewSettings: Codable, Sendable, Equatable {
    public enum Mode: String, Codable, Sendable, CaseIterable {
        /// Nothing is shown before an admin has approved it.
        case always
        /// What the screen notices something in is not shown before an admin has approved it.
        case flagged
        /// Everything is shown; an admin can still hide it.
        case never
    }

    public var beforeDisplay: Mode
    /// How long a round waits for an admin, in minutes. What has not been approved by then is not shown. 0 if nil: a round
    /// does not wait.
    public var minutes: Double?

    enum CodingKeys: String, CodingKey {
        case beforeDisplay = "before_display"
        case minutes
    }
}
