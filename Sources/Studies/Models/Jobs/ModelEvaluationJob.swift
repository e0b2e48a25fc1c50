// Evaluating a preference model, as a job.

import Foundation
import Postgres

/// Evaluates a preference model on ratings that it was not trained on.
public struct ModelEvaluationJob: JobHandler {
    /// What is asked for.
    public struct Parameters: Codable, Sendable {
        public let model: ModelName
        public let studies: [String]
        public let imports: [String]
        /// Whether simulated people count in a study that has real ones.
        public let synthetic: Bool

        public init(model: ModelName, studies: [String], imports: [String], synthetic: Bool) {
            self.model = model
            self.studies = studies
            self.imports = imports
            self.synthetic = synthetic
        }
    }

    /// What came of it.
    public struct Outcome: Codable, Sendable {
        public let model: ModelName
        public let beatsBaselines: Bool
    }

    public static let kind = "model.evaluate"
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
        let report = try await PreferenceModels(database: database, shelf: shelf) { progress.show($0) }
            .evaluate(wanted.model, on: ratings)
        return Outcome(model: report.model, beatsBaselines: report.beatsBaselines)
    }
}
