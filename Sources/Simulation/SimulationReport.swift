// What came of a run.

/// The outcome of a simulation.
public struct SimulationReport: Codable, Sendable, Equatable {
    /// Somebody who did not get through the study.
    public struct Failure: Codable, Sendable, Equatable {
        /// The participant's number, from 1.
        public let participant: Int
        /// One sentence.
        public let reason: String
    }

    /// People in the run.
    public let participants: Int
    /// People who got to the end of the study.
    public let finished: Int
    /// People whose part the server ended before, by its reason.
    public let ended: [String: Int]
    /// People who closed the page for good, as they were meant to.
    public let vanished: Int
    /// What the server acknowledged: one for each ``AcknowledgedAnswer``.
    public let answers: Int
    /// The median time in seconds that people spent at a step: from being shown it to being shown the next thing.
    public let medianSecondsPerStep: [String: Double]
    /// The longest time in seconds that anybody who did not give up spent at a step.
    public let longestSecondsPerStep: [String: Double]
    /// Changes that people heard of by listening.
    public let heard: Int
    /// What a person would have called broken, by ``Breakage``: how often each happened.
    public let broken: [String: Int]
    /// How often people wandered off, by ``Wandering``.
    public let wanderings: [String: Int]
    /// Those who gave up, by number.
    public let failures: [Failure]
}
