// What a report can be refused for.

/// Why there is no report of a study, or of studies together.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    case otherCondition(String, String, String)
    /// People still take part in the study of this name.
    case covered(String)

    public var description: String {
        switch self {
        case .otherCondition(let name, let one, let other):
            "condition \(name) is not the same in the studies \(one) and \(other); report them one by one"
        case .covered(let study):
            "effects by condition are covered until study \(study) has its sample or is closed; an admin may uncover them "
                + "before, with a reason that is logged, on its page Results or with concord report --uncover"
        }
    }
}
