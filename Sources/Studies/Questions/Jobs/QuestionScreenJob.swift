// Screening questions, as a job.

import Foundation
import LanguageModel
import Postgres

/// Screens the questions of a set.
public struct QuestionScreenJob: JobHandler {
    /// What is asked for.
    public struct Parameters: Codable, Sendable {
        public let set: String
        /// The share of the questions, 0 to 1, to flag for the model's highest scores; nil goes by the word list alone.
        public let share: Double?

        public init(set: String, share: Double?) {
            self.set = set
            self.share = share
        }
    }

    public static let kind = "questions.screen"
    public var kind: String { Self.kind }
    private let database: Database
    private let model: LanguageModel

    public init(database: Database, model: LanguageModel) {
        self.database = database
        self.model = model
    }

    public func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
        let wanted = try job.parameters(as: Parameters.self)
        return try await QuestionFlags(database: database).screen(
            wanted.set, with: wanted.share == nil ? nil : model, share: wanted.share ?? 0, by: job.user
        ) { progress.show($0, of: $1, note: "Asking the model about each question") }
    }
}
