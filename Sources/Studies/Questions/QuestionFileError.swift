// What can be wrong with a question file.

/// Why a question file cannot be imported. Nothing of it has been stored.
public enum QuestionFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case notUTF8(path: String)
    case malformed(String)
    case missingColumns([String])
    /// Every problem found, each naming its row.
    case problems([String])

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read the question file \(path)"
        case .notUTF8(let path): "\(path) is not UTF-8 text; save it as CSV UTF-8"
        case .malformed(let reason): "the question file cannot be read: \(reason)"
        case .missingColumns(let names):
            "the question file lacks the column\(names.count == 1 ? "" : "s") \(names.joined(separator: ", "))"
        case .problems(let list): "the question file has problems: \(list.joined(separator: "; "))"
        }
    }
}
