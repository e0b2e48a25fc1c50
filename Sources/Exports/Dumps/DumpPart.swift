// What may be in a dump beside its tables.

/// Files that are made beside the tables of a dump, in the same snapshot.
public protocol DumpPart: Sendable {
    /// About how many rows its files will have, by their names without an ending, from those of the tables by theirs, so that
    /// progress has totals. Files of which nobody can tell are left out.
    func expectedRows(from tables: [String: Int]) -> [String: Int]

    /// Writes the files. What is read through `writer.connection` is what the tables hold.
    func write(with writer: DumpWriter) async throws
}

extension DumpPart {
    public func expectedRows(from tables: [String: Int]) -> [String: Int] { [:] }
}
