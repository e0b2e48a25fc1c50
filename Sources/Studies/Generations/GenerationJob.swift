// A claimed job: everything a worker needs to make one statement.

import Foundation

/// The statements of one condition to be made, claimed by one worker.
public struct GenerationJob: Sendable {
    /// A member's opinion.
    public struct Opinion: Sendable {
        public let participantID: UUID
        public let text: String
        /// Whether it may be shown to others as it is.
        public let mayBeShown: Bool

        init(participantID: UUID, text: String, mayBeShown: Bool = true) {
            self.participantID = participantID
            self.text = text
            self.mayBeShown = mayBeShown
        }
    }

    public let id: UUID
    public let roundID: UUID
    public let condition: Condition
    public let seed: UInt64
    public let question: String
    /// The affirming and the negating one.
    public let positionStatements: [String]
    /// The opinions that go in, in the order drawn.
    public let opinions: [Opinion]
    /// The inequality aversion by which statements are chosen; nil when none is.
    public let alpha: Double?
    /// Decides which worked examples a prompt shows; the same for all generations of a round.
    public let examplesSeed: UInt64
    /// The study's own prompts.
    let prompts: [StudyPrompt]
    /// The study's preference model.
    let preferenceModel: ModelName?
    /// Which try this is, from 1. With the worker's id it fences off a worker whose lease ran out.
    let attempt: Int16
    let workerID: UUID
}
