// What the server has said it has.

import Foundation

/// An answer of a simulated person that the server has acknowledged. Participants are numbered from 1.
public enum AcknowledgedAnswer: Codable, Sendable, Hashable {
    /// The consent was accepted and a session opened, by whose cookie a test knows who it is.
    case joined(participant: Int, session: String)
    case instructed(participant: Int)
    /// The survey `entry`, `round` or `exit`.
    case survey(participant: Int, kind: String, round: Int?)
    /// A try at the comprehension questions, from 1.
    case comprehension(participant: Int, number: Int)
    case stance(participant: Int, round: Int, StanceRatings)
    case opinion(participant: Int, round: Int, text: String)
    /// A statement was noted as displayed. The statement's id is the one the server showed to this participant.
    case shown(participant: Int, statement: UUID)
    /// `text` is what was rated: a statement, or another member's opinion.
    case rating(participant: Int, statement: UUID, text: String, StatementRating)
    case debriefed(participant: Int)
    /// The person has stopped by choice, with their answers kept or deleted.
    case stopped(participant: Int, deleting: Bool)
}

extension AcknowledgedAnswer {
    /// Whose answer it is, by their number from 1.
    public var participant: Int {
        switch self {
        case .joined(let participant, _), .instructed(let participant), .survey(let participant, _, _),
            .comprehension(let participant, _), .stance(let participant, _, _), .opinion(let participant, _, _),
            .shown(let participant, _), .rating(let participant, _, _, _), .debriefed(let participant),
            .stopped(let participant, _):
            participant
        }
    }
}
