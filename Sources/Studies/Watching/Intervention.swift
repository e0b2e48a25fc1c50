// What an admin can do about a study under way.

import Foundation

/// Something that is done by hand. What it changes is named as it was seen, so that of two people who do the same at once
/// one does it, and nobody moves on what has moved on already.
public enum Intervention: Sendable, Equatable {
    /// Tells a member on their page that the group waits for them.
    case nudge(UUID)
    /// Lets somebody go from the lobby, as if their wait were over: they are paid for waiting.
    case releasePerson(UUID)
    /// Ends somebody's part.
    case remove(UUID, reason: String)
    /// Deletes what somebody wrote and rated, and what quotes it; their part ends if it has not.
    case erase(UUID, reason: String)
    /// Puts off the deadline of somebody's stage.
    case extendPerson(UUID, minutes: Double, deadline: Date?)
    /// Ends a group before its last round; those who are there are let go with thanks.
    case releaseGroup(UUID)
    /// Lets a group go on without those whom it waits for in this phase, as if the deadline had passed.
    case moveOn(UUID, round: Int?, phase: RoundPhase?)
    /// Ends a group's round with what has come in by now, and begins the next.
    case endRound(UUID, round: Int?)
    /// Puts off the deadline of a group's phase.
    case extendGroup(UUID, minutes: Double, deadline: Date?)
    /// Answers a message. An answer that is there is changed only when told to.
    case answer(UUID, text: String, replacing: Bool)

    /// What came of one.
    public struct Outcome: Codable, Sendable, Equatable {
        /// False where there was nothing left to do.
        public let done: Bool
        /// What was done, or why nothing was, in a sentence.
        public let says: String
    }

    /// As the audit log names it.
    public var action: String {
        switch self {
        case .nudge: "participant.nudge"
        case .releasePerson: "participant.release"
        case .remove: "participant.remove"
        case .erase: "participant.erase"
        case .extendPerson: "participant.extend"
        case .releaseGroup: "group.release"
        case .moveOn: "group.move-on"
        case .endRound: "group.end-round"
        case .extendGroup: "group.extend"
        case .answer: "message.answer"
        }
    }

    /// The person, the group or the message that it is about.
    public var subject: UUID {
        switch self {
        case .nudge(let id), .releasePerson(let id), .remove(let id, _), .erase(let id, _), .extendPerson(let id, _, _),
            .releaseGroup(let id), .moveOn(let id, _, _), .endRound(let id, _), .extendGroup(let id, _, _),
            .answer(let id, _, _):
            id
        }
    }

    /// What a dump says besides: the minutes, the phase or the round.
    var detail: String? { details["minutes"] ?? details["phase"] ?? details["round"] }

    /// What the audit log says besides; never anybody's words.
    var details: [String: String] {
        var details: [String: String] = [:]
        switch self {
        case .remove(_, let reason), .erase(_, let reason):
            let words = OpinionText(reason).text
            details["reason"] = words.isEmpty ? nil : String(words.prefix(500))
        case .extendPerson(_, let minutes, _), .extendGroup(_, let minutes, _): details["minutes"] = "\(minutes)"
        case .moveOn(_, let round, let phase):
            details["round"] = round.map(String.init)
            details["phase"] = phase?.rawValue
        case .endRound(_, let round): details["round"] = round.map(String.init)
        case .nudge, .releasePerson, .releaseGroup, .answer: break
        }
        return details
    }
}
