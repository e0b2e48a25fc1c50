// What became of submissions that were returned.

/// Platform ids of submissions that were returned, or timed out, on the platform, by what that came to here.
public struct ReturnedSubmissions: Codable, Sendable, Equatable {
    /// Whose part ended now.
    public let ended: [String]
    /// Whose part was over before.
    public let over: [String]
    /// Who is not in the study.
    public let unknown: [String]
}
