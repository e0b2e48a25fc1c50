// What can be wrong with deciding about a text. Each is one sentence that says what to do.

/// A refusal. Nothing was changed.
public enum ReviewError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownText(String)
    case reasonNeeded
    case decidedMeanwhile(by: String?)

    public var description: String {
        switch self {
        case .unknownText(let id): "There is no text \(id.prefix(80)) in this study; its author may have had it deleted."
        case .reasonNeeded: "Please say in at most 500 characters why this text is hidden."
        case .decidedMeanwhile(let name):
            "\(name ?? "Somebody on the command line") has decided about this text in the meantime; please look at it again."
        }
    }
}
