// The registry as people read it.

import Consensus
import Foundation

/// Every model, what is known of it, and how good it is.
public struct ModelOverview: Codable, Sendable {
    public struct Model: Codable, Sendable {
        public let name: ModelName
        public let kind: RegisteredModel.Kind
        /// Where the file lies on the server; nil for what was fitted here, and for whoever is no admin.
        public let file: String?
        public let isFitted: Bool
        public let sha256: String
        /// llama.cpp's name of the weight type; nil for what was fitted here, and for a file that is not there.
        public let weightType: String?
        /// What it was made from: an adapter's base, a head's encoder.
        public let parent: ModelName?
        public let chatTemplate: String?
        public let createdAt: Date
        public let training: Training?
        /// The newest first.
        public let evaluations: [Evaluation]
        /// Whether a study may use it to choose statements; nil where that is not what it is for.
        public let mayChoose: Bool?
        /// In plain words, why it may or may not.
        public let verdict: [String]
        /// The reader's studies whose newest settings name it.
        public let studies: [String]
    }

    /// What a model was trained on.
    public struct Training: Codable, Sendable {
        /// Those of the reader's studies, and how many others.
        public let studies: [String]
        public let otherStudies: Int
        public let imports: [String]
        public let ratings: Int
        public let groups: Int
        public let questions: Int
        public let regularization: Double?
        public let components: Int?
    }

    public struct Evaluation: Codable, Sendable {
        public let id: UUID
        public let createdAt: Date
        public let studies: [String]
        public let otherStudies: Int
        public let imports: [String]
        public let beatsBaselines: Bool
        /// By split: the model beside its baselines.
        public let splits: [String: PreferenceEvaluation]
    }

    public let models: [Model]
    /// Names of ratings that were imported, which a model can be trained on.
    public let imports: [String]
    /// The reader's own trainings and evaluations, the newest first.
    public let jobs: [Job]
}
