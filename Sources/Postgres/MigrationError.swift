// Why migrations were not applied.

/// An error of ``Migrations``; its description is one readable sentence.
public enum MigrationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder cannot be read.
    case unreadable(String)
    /// The name of a file is not `0001_what.sql`, or its number is taken twice.
    case badName(String)
    /// The database has had migrations that this program does not know.
    case newerDatabase([String])
    /// Files were changed after they had been applied.
    case edited([String])
    /// Files were added before ones that are already applied.
    case outOfOrder([String])
    /// A file ends the transaction it runs in.
    case endsTransaction(String)
    /// A file failed and was undone.
    case failed(String, PostgresError)

    public var description: String {
        switch self {
        case .unreadable(let path):
            "The migrations cannot be read, check the folder \(path)."
        case .badName(let name):
            "The migration \(name) must be named like 0001_what.sql, with a number of its own."
        case .newerDatabase(let names):
            "The database is newer than this program, run the newer program: "
                + "it has had \(names.joined(separator: ", "))."
        case .edited(let names):
            "A migration was edited after it had been applied, restore it and write a new one: "
                + "\(names.joined(separator: ", "))."
        case .outOfOrder(let names):
            "A migration comes before ones that are already applied, give it a higher number: "
                + "\(names.joined(separator: ", "))."
        case .endsTransaction(let name):
            "The migration \(name) ends the transaction it runs in, remove its BEGIN, COMMIT or ROLLBACK."
        case .failed(let name, let error):
            "The migration \(name) failed and was undone: \(error)"
        }
    }
}
