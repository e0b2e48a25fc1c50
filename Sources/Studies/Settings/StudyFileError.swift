// What can be wrong with a study file.

/// Why a study file cannot be used. Nothing of it has been stored.
public enum StudyFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case unreadable(path: String)
    case malformed(String)
    /// Every problem of the settings.
    case problems([String])

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read the study file \(path)"
        case .malformed(let reason): "the study file cannot be read: \(reason)"
        case .problems(let list): "the study file has problems: \(list.joined(separator: "; "))"
        }
    }
}
