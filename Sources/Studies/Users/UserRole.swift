// What a user may do.

/// The role of a user.
public enum UserRole: String, Codable, Sendable, CaseIterable {
    /// Makes and runs studies, and looks after users.
    case admin
    /// Reads and exports what is shared with them; changes nothing.
    case researcher
}
