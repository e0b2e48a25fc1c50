// Words that are typed and not sent yet.

/// A draft, as it lies on the server.
public struct UnsentDraft: Codable, Sendable, Equatable {
    /// What a draft is for.
    public enum About: String, Codable, Sendable {
        case opinion, entry, round, exit
    }

    /// The page's own form of it; the server does not look into it.
    public var content: String
    /// From 1, one more each time it is saved.
    public var revision: Int
}
