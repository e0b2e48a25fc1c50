// What can be wrong with a file of submissions.

/// Why a file of submissions cannot be used. Nothing was changed.
public enum SubmissionFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case noColumn(String)
    case badID(String)

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read \(path) as UTF-8 text"
        case .noColumn(let name): "the file has no column named \(name); name the column of the ids with --column"
        case .badID(let id): "\(id.prefix(80)) is no platform id: those are letters, digits, hyphens and underscores"
        }
    }
}
