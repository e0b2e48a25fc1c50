// Finding topics, as a job.

import Foundation
import LanguageModel
import Postgres

/// Clusters the questions of a set.
public struct QuestionTopicsJob: JobHandler {
    /// What is asked for.
    public struct Parameters: Codable, Sendable {
        public let set: String
        /// How many topics; nil for the number with the best silhouette.
        public let clusters: Int?
        public let seed: UInt64

        public init(set: String, clusters: Int?, seed: UInt64) {
            self.set = set
            self.clusters = clusters
            self.seed = seed
        }
    }

    /// What came of it.
    public struct Outcome: Codable, Sendable {
        public let clustering: UUID
    }

    public static let kind = "questions.topics"
    public var kind: String { Self.kind }
    private let database: Database
    private let model: LanguageModel

    /// - Parameter model: the one that encodes.
    public init(database: Database, model: LanguageModel) {
        self.database = database
        self.model = model
    }

    public func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
        let wanted = try job.parameters(as: Parameters.self)
        let found = try await QuestionClusterings(database: database).find(
            in: wanted.set, with: model, clusters: wanted.clusters, seed: wanted.seed, by: job.user
        ) { step in
            switch step {
            case .encoding(let done, let all): progress.show(done, of: all, note: "Reading the questions")
            case .clustering(let done, let all): progress.show(done, of: all, note: "Trying numbers of topics")
            }
        }
        return Outcome(clustering: found.id)
    }
}
