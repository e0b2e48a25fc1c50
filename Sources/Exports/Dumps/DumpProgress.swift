// How far a dump is.

/// Rows that are written, of one table and of all.
public struct DumpProgress: Sendable, Equatable {
    /// The table or file that is being written.
    public let file: String
    public let rows: Int
    /// How many there are; nil where nobody has counted.
    public let of: Int?
    /// Rows of everything that is written.
    public let done: Int
    /// How many there are of those tables that were counted.
    public let all: Int
}
