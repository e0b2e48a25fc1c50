// What a report can be refused for.

/// Why studies are not reported together.
public enum ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    case otherCondition(String, String, String)

    public var description: String {
        switch self {
        case .otherCondition(let name, let one, let other):
            "condition \(name) is not the same in the studies \(one) and \(other); report them one by one"
        }
    }
}
