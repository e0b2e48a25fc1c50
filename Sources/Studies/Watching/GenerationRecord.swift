// One entry of the log of generations.

import Foundation
import LanguageModel

/// How the statements of one condition in one round came about. Without `shown` it tells nothing of the condition.
public struct GenerationRecord: Codable, Sendable {
    /// What tells the condition; only for whoever has asked to see conditions.
    public struct Shown: Codable, Sendable {
        public let condition: String
        public let source: String
        public let select: String?
        /// The inequality aversion; "inf" for the welfare of the worst off.
        public let alpha: String?
        /// The seats whose opinions went in, in that order, and those that were left out.
        public let included: [Int]
        public let excluded: [Int]
        /// Empty ones were deleted, or are not for the reader.
        public let statements: [String]
    }

    /// A text that was drawn.
    public struct Candidate: Codable, Sendable, Equatable {
        public let draw: Int
        public let number: Int
        /// Empty where it was deleted, or is not for the reader.
        public let text: String
        public let tokens: Int
        public let logProbability: Double
        public let finish: String
        /// Why it was rejected.
        public let malformation: String?
        /// The candidate that says nearly the same and was drawn before, as draw and number: "1.3".
        public let duplicateOf: String?
        /// The predicted agreement per seat.
        public let predictions: [String: Double]?
        public let welfare: Double?
        public let rank: Int?
        public let chosen: Bool
    }

    /// Everything else that is kept of it.
    public struct Making: Codable, Sendable {
        /// Why what is shown was chosen, in words.
        public let why: String
        /// Nil where there was none, or where it holds words that the reader may not read.
        public let prompt: String?
        public let promptTemplate: String?
        public let promptVersion: String?
        public let promptTokens: Int?
        public let exampleSet: String?
        public let model: ModelFacts?
        /// Name and version of the preference model that predicted the agreements.
        public let preferenceModel: String?
        public let sampling: SamplingSettings?
        public let seed: String
        public let candidates: [Candidate]
        /// Where an opinion is shown: agreements with the opinion of a seat, per seat, and its welfare.
        public let agreements: [String: [String: Double]]?
        public let welfare: [String: Double]?
    }

    public let id: UUID
    public let group: Int
    public let round: Int
    /// queued, running, finished, failed; skipped is told only with the condition, else as finished.
    public let state: String
    public let attempts: Int
    public let error: String?
    public let createdAt: Date
    public let startedAt: Date?
    public let finishedAt: Date?
    public let seconds: Double?
    /// How far it is, 0 to 1.
    public let progress: Double
    public let shown: Shown?
    public let making: Making?
}
