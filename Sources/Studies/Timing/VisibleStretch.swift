// Time before somebody's eyes.

import Foundation

/// A stretch of time in which a step lay in a visible tab, as the browser measured it.
public struct VisibleStretch: Codable, Sendable {
    public enum Step: String, Codable, Sendable {
        case instructions, comprehension, stance, opinion, rating
        /// The surveys.
        case entry, round, exit
    }

    /// Drawn by the browser; the same while the stretch grows.
    public var id: UUID
    public var step: Step
    /// The round's number, from 1, for a step of one.
    public var round: Int?
    /// The id under which a statement, or another's opinion, was put before the person, for a rating.
    public var statement: UUID?
    public var milliseconds: Int

    public init(id: UUID, step: Step, round: Int?, statement: UUID?, milliseconds: Int) {
        self.id = id
        self.step = step
        self.round = round
        self.statement = statement
        self.milliseconds = milliseconds
    }
}
