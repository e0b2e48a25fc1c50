// How a database stands to a folder of migrations.

/// What is between the program's migrations and those a database has had.
public enum MigrationStatus: Sendable, Equatable {
    /// All applied, none unknown.
    case current
    /// These files have not been applied yet.
    case pending([String])
    /// The database has had these, which the program does not know: the program is older.
    case newerDatabase([String])
    /// These files were changed after they had been applied.
    case edited([String])
}
