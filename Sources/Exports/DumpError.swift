// What can go wrong with a dump, other than the database's own errors.

/// Why a dump could not be written.
public enum DumpError: Error, Sendable, CustomStringConvertible {
    case unwritable(String)

    public var description: String {
        switch self {
        case .unwritable(let path): "cannot write \(path); check that the folder exists and is yours to write"
        }
    }
}
