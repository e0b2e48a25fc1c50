// What a worker has made.

import Consensus
import Foundation

/// The statements of one condition in one round, and how they came about.
public enum MadeStatements: Sendable {
    /// Drafted by the language model, and by which preference model they were ranked.
    case draft(Draft, preferenceModel: UUID? = nil)
    /// Members' opinions, shown as if they were statements, and what they were chosen by; nil when by lot.
    case opinions([GenerationJob.Opinion], choice: OpinionChoice? = nil)
    /// Position statements of the question, shown as if they were statements.
    case positionStatements([String])
}
