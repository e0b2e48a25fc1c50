// How far a dump is.

/// Rows that are written, of one table and of all.
public struct DumpProgress: Sendable, Equatable {
    /// The table or file that is being written.
    public let file: String
    public let rows: Int
    /// How many there are to be; nil where nobody has counted, or there are more than were expected.
    public let of: Int?
    /// Rows of everything that was counted, as far as it is written.
    public let done: Int
    /// How many were counted beforehand.
    public let all: Int
}
