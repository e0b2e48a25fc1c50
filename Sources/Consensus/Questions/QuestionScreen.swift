// Which questions a person should look at before strangers are asked them.

import Foundation
import LanguageModel

/// Looks for questions that are likely to draw hateful or extremist answers, in two ways that are both kept: words of a
/// list, and what the language model answers when it is asked.
public struct QuestionScreen: Sendable {
    /// What was found of one question.
    public struct Finding: Codable, Sendable, Equatable {
        /// Words of the list that stand in the question or its position statements.
        public let words: [ScreeningWords.Hit]
        /// The model's probability of Yes among Yes and No, 0 to 1; nil when no model was asked.
        public let score: Double?
        /// The question's place by that score among all that were screened, from 1, the likeliest first.
        public let rank: Int?
        /// Whether the score is among the highest of the share that is looked at.
        public let isScoredHigh: Bool

        public var isFlagged: Bool { !words.isEmpty || isScoredHigh }
    }

    private let words: ScreeningWords
    private let model: LanguageModel?
    public let prompt: QuestionPrompt?

    /// - Parameter model: nil to go by the word list alone.
    public init(words: ScreeningWords = .standard, model: LanguageModel?) {
        self.words = words
        self.model = model
        prompt = model.map { QuestionPrompt(.screen, form: $0.chats ? .chat : .text) }
    }

    /// Screens questions.
    /// - Parameters:
    ///   - share: the share of the questions, 0 to 1, whose scores count as high. A model's probabilities are not calibrated,
    ///     so the questions that it finds the most troubling are looked at, not those above a fixed number.
    ///   - progress: called with how many questions are done.
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled.
    public func findings(
        on questions: [QuestionText], share: Double, progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
    ) async throws -> [Finding] {
        let hits = questions.map { words.hits(in: "\($0.question)\n\($0.affirming)\n\($0.negating)") }
        guard let model, let prompt else {
            return hits.map { Finding(words: $0, score: nil, rank: nil, isScoredHigh: false) }
        }
        let total = questions.count
        let answers = try await model.probabilities(
            of: [["Yes", " Yes", "yes", " yes"], ["No", " No", "no", " no"]],
            to: questions.map { prompt.messages(question: $0.question) }, progress: { done in progress?(done, total) })
        let scores = answers.map { $0[0] + $0[1] > 0 ? $0[0] / ($0[0] + $0[1]) : 0.5 }
        let order = scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        var ranks = [Int](repeating: 0, count: total)
        for (place, index) in order.enumerated() { ranks[index] = place + 1 }
        let high = Int((share * Double(total)).rounded(.up))
        return hits.indices.map {
            Finding(words: hits[$0], score: scores[$0], rank: ranks[$0], isScoredHigh: ranks[$0] <= high)
        }
    }
}
