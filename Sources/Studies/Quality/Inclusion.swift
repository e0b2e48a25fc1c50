// Which rounds and groups count, as a study file states it beforehand.

/// A pre-registered rule. The dump marks every round and group with whether it meets it; nobody's part depends on it.
public struct Inclusion: Codable, Sendable, Equatable {
    /// Members at least who wrote an opinion, and rated every statement put before them, in a round that counts.
    public var members: Int
    /// Rounds at least that count, in a group that counts.
    public var rounds: Int
    /// Ratings at least of all members together, in a round that counts.
    public var answers: Int
    /// Whoever has one of these is not among the members; none if nil.
    public var excludingFlags: [QualityFlag]?

    enum CodingKeys: String, CodingKey {
        case members, rounds, answers
        case excludingFlags = "excluding_flags"
    }
}
