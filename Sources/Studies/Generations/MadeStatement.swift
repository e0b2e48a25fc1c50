// What a worker has made.

import Consensus
import Foundation

/// A statement and how it came about.
public enum MadeStatement: Sendable {
    /// Drafted by the language model.
    case draft(Draft)
    /// A member's opinion, shown as if it were a statement.
    case opinion(GenerationJob.Opinion)
    /// A position statement of the question, shown as if it were a statement.
    case positionStatement(String)
}
