// What an intervention can be refused for.

/// A refusal. Nothing was changed.
public enum InterventionError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownGroup(String, study: String)
    case unknownGeneration(String, study: String)
    case changedMeanwhile
    case otherRequest
    case notWaitedFor
    case notUnderDeadline
    case badMinutes

    /// How much time may be given at once, in minutes.
    public static let minutes = 1.0...240.0

    public var description: String {
        switch self {
        case .unknownGroup(let id, let study): "There is no group \(id.prefix(80)) in study \(study)."
        case .unknownGeneration(let id, let study): "There is no statement \(id.prefix(80)) in the making in study \(study)."
        case .changedMeanwhile: "Somebody has changed this meanwhile. Look at it as it is now, and ask again if it is still needed."
        case .otherRequest: "This key belongs to another request. Draw a new one for each thing that you ask for."
        case .notWaitedFor: "Their group does not wait for this person now, so that there is nothing to remind them of."
        case .notUnderDeadline: "There is no deadline now that could be put off."
        case .badMinutes: "Give between 1 and 240 minutes."
        }
    }
}
