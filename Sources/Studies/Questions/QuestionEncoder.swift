// Which model gives the encodings of questions, and how.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// Encodes questions: by sentence embeddings where such a model was given, else by states of the last layer of the
/// language model that is loaded anyway. Each question is encoded once and kept.
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

    /// What tells the topics of questions apart. Of a language model it is the state after it has read the question and is
    /// about to name the topic: the mean state of a question says more of its form than of its topic.
    func topics(of questions: [String]) async throws -> [[Float]] {
        try await encodings(
            of: questions.map { question in
                embedsSentences
                    ? TextInContext(question, after: "")
                    : TextInContext(" the", after: "This question: \"\(question)\" is about the policy area of")
            })
    }

    public func encodings(of texts: [TextInContext]) async throws -> [[Float]] {
        try await CachedEncoder(model, database: database, pooled: model.embedsSentences, progress: progress)
            .encodings(of: texts)
    }
}
