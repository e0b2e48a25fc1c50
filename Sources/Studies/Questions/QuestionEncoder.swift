// Which model gives the encodings of questions, and how.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// Encodes questions: by sentence embeddings where such a model was given, else by the mean of the last layer's states of
/// the language model that is loaded anyway. Each question is encoded once and kept.
public struct QuestionEncoder: TextEncoder {
    private let model: LanguageModel
    private let database: Database
    private let progress: (@Sendable (_ done: Int, _ of: Int) -> Void)?

    public init(
        _ model: LanguageModel, database: Database, progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
    ) {
        self.model = model
        self.database = database
        self.progress = progress
    }

    public var facts: ModelFacts { model.facts }

    /// Whether the encodings are those of a sentence-embedding model.
    public var embedsSentences: Bool { model.embedsSentences }

    public func encodings(of texts: [TextInContext]) async throws -> [[Float]] {
        try await CachedEncoder(model, database: database, pooled: model.embedsSentences, progress: progress)
            .encodings(of: texts)
    }
}
