// Writing questions, as a job.

import Foundation
import LanguageModel
import Postgres

/// Lets the model write questions for a set.
public struct QuestionWritingJob: JobHandler {
    /// What is asked for.
    public struct Parameters: Codable, Sendable {
        public let set: String
        /// The ids of the questions to go by.
        public let keys: [String]
        public let count: Int
        public let seed: UInt64

        public init(set: String, keys: [String], count: Int, seed: UInt64) {
            self.set = set
            self.keys = keys
            self.count = count
            self.seed = seed
        }
    }

    public static let kind = "questions.write"
    public var kind: String { Self.kind }
    private let database: Database
    private let model: LanguageModel
    private let embedding: LanguageModel

    /// - Parameters:
    ///   - model: the one that writes.
    ///   - embedding: the one that finds what says the same in other words.
    public init(database: Database, model: LanguageModel, embedding: LanguageModel) {
        self.database = database
        self.model = model
        self.embedding = embedding
    }

    public func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
        let wanted = try job.parameters(as: Parameters.self)
        return try await QuestionProposals(database: database).write(
            wanted.count, for: wanted.set, after: wanted.keys, with: model, embedding: embedding, seed: wanted.seed,
            by: job.user
        ) { step in
            switch step {
            case .encoding(let done, let all): progress.show(done, of: all, note: "Comparing with the questions that there are")
            case .writing(let done, let all): progress.show(done, of: all, note: "Writing questions")
            }
        }
    }
}
