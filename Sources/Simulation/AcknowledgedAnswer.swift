// What the server has said it has.

import Foundation

/// An answer of a simulated person that the server has acknowledged. Participants are numbered from 1.
public enum AcknowledgedAnswer: Codable, Sendable, Hashable {
    /// The consent was accepted and a session opened.
    case joined(participant: Int)
    case instructed(participant: Int)
    /// The survey `entry`, `round` or `exit`.
    case survey(participant: Int, kind: String, round: Int?)
    /// A try at the comprehension questions, from 1.
    case comprehension(participant: Int, number: Int)
    case stance(participant: Int, round: Int, StanceRatings)
    case opinion(participant: Int, round: Int, text: String)
    /// A statement was noted as displayed. The statement's id is the one the server showed to this participant.
    case shown(participant: Int, statement: UUID)
    case rating(participant: Int, statement: UUID, StatementRating)
    case debriefed(participant: Int)
}
