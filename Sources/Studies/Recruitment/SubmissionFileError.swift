// What can be wrong with a file of submissions.

/// Why a file of submissions, or of attributes, cannot be used. Nothing was changed.
public enum SubmissionFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case noColumn(String)
    case noAttribute(String)
    case badID(String)
    case twice(String)

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read \(path) as UTF-8 text"
        case .noColumn(let name): "the file has no column named \(name); name the column of the ids with --column"
        case .noAttribute(let name): "the file has no column named \(name), which recruitment.attributes lists"
        case .twice(let id): "\(id) is there twice"
        case .badID(let id): "\(id.prefix(80)) is no platform id: those are letters, digits, hyphens and underscores"
        }
    }
}
