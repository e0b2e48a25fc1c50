// The second kind of preference model: a reward model made elsewhere, which reads opinion and statement together.

import LanguageModel

/// Predicts agreement with a GGUF reward model (rank pooling). Every pair is read: n opinions and m statements cost n · m
/// readings.
public struct ScoredPreference: AgreementPredictor {
    private let model: LanguageModel
    private let scale: AgreementScale?

    /// - Parameter scale: what the model's scores stand for; nil for a model whose scores are agreements.
    public init(model: LanguageModel, scale: AgreementScale?) {
        self.model = model
        self.scale = scale
    }

    /// What the model reads: a question, one member's opinion, and a statement.
    public static func text(question: String, opinion: String, statement: String) -> String {
        "Question: \(question)\nOpinion: \(opinion)\nStatement: \(statement)"
    }

    public func agreements(question: String, opinions: [String], statements: [String]) async throws -> [[Double]] {
        let texts = opinions.flatMap { opinion in
            statements.map { Self.text(question: question, opinion: opinion, statement: $0) }
        }
        let scores = try await model.score(texts)
        return opinions.indices.map { row in
            statements.indices.map { column in
                let score = scores[row * statements.count + column]
                return scale?.agreement(score: score)
                    ?? min(max(score, Welfare.scale.lowerBound), Welfare.scale.upperBound)
            }
        }
    }
}
