// What may be in a dump beside its tables.

/// Files that are made beside the tables of a dump, in the same snapshot.
public protocol DumpPart: Sendable {
    /// Writes the files. What is read through `writer.connection` is what the tables hold.
    func write(with writer: DumpWriter) async throws
}
