// What can be wrong with a study file.

/// Why a study file cannot be used. Nothing of it has been stored.
public enum StudyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case malformed(String)
    /// Every problem, by line.
    case problems([StudyFileProblem])

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read the study file \(path)"
        case .malformed(let reason): "the study file cannot be read: \(reason)"
        case .problems(let list):
            "the study file has \(list.count == 1 ? "a problem" : "\(list.count) problems"):\n"
                + list.map { "  \($0)" }.joined(separator: "\n")
        }
    }
}
