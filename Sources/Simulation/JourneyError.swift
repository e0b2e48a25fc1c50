// Why one person did not get through a study.

/// What ends a person's journey early.
enum JourneyError: Error, Equatable, CustomStringConvertible {
    /// The server answered with a problem that sending again cannot mend.
    case refused(status: Int, detail: String)
    /// The server was away, or had errors, for longer than the person's patience.
    case serverAway(reason: String)
    /// Nothing happened for longer than the person's patience.
    case waitedInVain(step: String)
    case noSession
    case unreadable(String)
    /// The server asks for what it has acknowledged.
    case askedAgain(String)
    case unknownStep(String)

    var description: String {
        switch self {
        case .refused(let status, let detail): "the server refused with status \(status): \(detail)"
        case .serverAway(let reason): "the server could not be reached for too long: \(reason)"
        case .waitedInVain(let step): "waited in vain in the step \(step)"
        case .noSession: "the server let the person in without a session cookie"
        case .unreadable(let path): "the server's answer to \(path) is not of the expected form"
        case .askedAgain(let what): "the server asked again for \(what), which it had acknowledged"
        case .unknownStep(let step): "the server sent the unknown step \(step)"
        }
    }
}
