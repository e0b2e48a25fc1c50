// What a worker has made.

import Consensus
import Foundation

/// The statements of one condition in one round, and how they came about.
public enum MadeStatements: Sendable {
    /// Drafted by the language model.
    case draft(Draft)
    /// Members' opinions, shown as if they were statements.
    case opinions([GenerationJob.Opinion])
    /// Position statements of the question, shown as if they were statements.
    case positionStatements([String])
}
