// Training a preference model, as a job.

import Consensus
import Foundation
import Postgres

/// Trains a preference model, and evaluates it on the held-out ratings of the same sources where there are some.
public struct ModelTrainingJob: JobHandler {
    /// What is asked for.
    public struct Parameters: Codable, Sendable {
        public let name: String
        public let studies: [String]
        public let imports: [String]
        /// Whether simulated people count in a study that has real ones.
        public let synthetic: Bool
        /// A reward model made elsewhere whose scores are used; nil to train a head.
        public let rewardModel: ModelName?
        public let components: Int
        public let folds: Int
        public let seed: UInt64

        public init(
            name: String, studies: [String], imports: [String], synthetic: Bool, rewardModel: ModelName?, components: Int,
            folds: Int, seed: UInt64
        ) {
            self.name = name
            self.studies = studies
            self.imports = imports
            self.synthetic = synthetic
            self.rewardModel = rewardModel
            self.components = components
            self.folds = folds
            self.seed = seed
        }
    }

    /// What came of it.
    public struct Outcome: Codable, Sendable {
        public let model: ModelName
        public let ratings: Int
        public let groups: Int
        /// Nil when there were no ratings to evaluate it on.
        public let beatsBaselines: Bool?
    }

    public static let kind = "model.train"
    public var kind: String { Self.kind }
    private let database: Database
    private let shelf: ModelShelf

    public init(database: Database, shelf: ModelShelf) {
        self.database = database
        self.shelf = shelf
    }

    public func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
        let wanted = try job.parameters(as: Parameters.self)
        let ratings = try await RatingCollection.read(
            studies: wanted.studies, imports: wanted.imports, includingSynthetic: wanted.synthetic, in: database)
        let models = PreferenceModels(database: database, shelf: shelf) { progress.show($0) }
        let trained = if let reward = wanted.rewardModel {
            try await models.fitScale(wanted.name, of: reward, on: ratings)
        } else {
            try await models.train(
                wanted.name, on: ratings,
                with: PreferenceTraining(components: wanted.components, folds: wanted.folds, seed: wanted.seed))
        }
        let training = ratings.of(.train)
        return Outcome(
            model: trained.name, ratings: training.count, groups: training.groups.count,
            beatsBaselines: try await evaluation(of: trained.name, on: ratings, models))
    }

    private func evaluation(
        of model: ModelName, on ratings: RatingCollection, _ models: PreferenceModels
    ) async throws -> Bool? {
        do {
            return try await models.evaluate(model, on: ratings).beatsBaselines
        } catch ModelRegistryError.noTestRatings {
            return nil
        }
    }
}
