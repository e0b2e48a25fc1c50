// Writes new questions after the example of chosen ones, and drops what was asked before.

import Foundation
import LanguageModel

/// Draws questions, with position statements, from a language model.
public struct QuestionWriter: Sendable {
    /// Draws per batch.
    static let batch = 8
    /// Examples per batch at most; which of the chosen ones, and in which order, is drawn.
    static let examples = 4
    /// Batches after which a writer gives up on what is still missing, per question asked for, and at least.
    static let patience = (perQuestion: 1, atLeast: 6)

    /// How questions are drawn.
    public static let sampling = SamplingSettings(
        temperature: 1.0, topP: 0.95, minP: 0.05, maximumTokens: 120, stop: ["\n\n"])

    private let model: LanguageModel
    public let prompt: QuestionPrompt

    public init(model: LanguageModel) {
        self.model = model
        prompt = QuestionPrompt(.questions, form: model.chats ? .chat : .text)
    }

    /// Draws until `count` questions are well formed and new, or the writer's patience ends.
    /// - Parameters:
    ///   - seeds: the questions to go by, with their position statements.
    ///   - known: the questions that must not be asked again.
    ///   - encoder: gives encodings of questions; draws that say in other words what a known question asks are dropped by
    ///     them. Nil compares words only.
    ///   - progress: called with how many questions are done.
    /// - Returns: every draw, the dropped ones with the reason.
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled.
    public func write(
        _ count: Int, after seeds: [QuestionText], known: [String], encoder: (any TextEncoder)?, seed: UInt64,
        progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
    ) async throws -> [QuestionDraft] {
        var generator = SplitMix64(seed: seed)
        var words = NearDuplicates(known), texts = known
        let encodings = try await encoder?.encodings(of: known.map { TextInContext($0, after: "") }) ?? []
        var drafts: [QuestionDraft] = [], done = 0
        progress?(0, count)
        for _ in 0..<max(Self.patience.atLeast, Self.patience.perQuestion * count) where done < count {
            var examples = seeds
            generator.shuffle(&examples)
            let result = try await model.generate(
                GenerationRequest(
                    messages: prompt.messages(examples: Array(examples.prefix(Self.examples))), sampling: Self.sampling,
                    seeds: (0..<Self.batch).map { _ in generator.next() }))
            var batch = result.draws.map { draw in
                let question = Self.question(in: prompt.opening + draw.text)
                return QuestionDraft(
                    seed: draw.seed, text: draw.text, question: question, fault: question == nil ? .malformed : nil)
            }
            for index in batch.indices {
                guard let question = batch[index].question?.question, let match = words.match(for: question) else {
                    if let question = batch[index].question?.question {
                        words.add(question)
                        texts.append(question)
                    }
                    continue
                }
                batch[index].fault = .duplicate
                batch[index].nearest = texts[match.index]
                batch[index].similarity = match.similarity
            }
            try await compare(&batch, with: known, encodings, encoder)
            // What goes beyond the number asked for is not kept.
            drafts += batch.filter { draft in
                guard draft.fault == nil else { return true }
                done += 1
                return done <= count
            }
            progress?(min(done, count), count)
        }
        return drafts
    }

    /// Compares well-formed drafts with the known questions by their encodings.
    private func compare(
        _ batch: inout [QuestionDraft], with known: [String], _ encodings: [[Float]], _ encoder: (any TextEncoder)?
    ) async throws {
        let places = batch.indices.filter { batch[$0].fault == nil }
        guard let encoder, !places.isEmpty, encodings.count > 1 else { return }
        let own = try await encoder.encodings(of: places.map { TextInContext(batch[$0].question?.question ?? "", after: "") })
        for (place, match) in zip(places, NearDuplicates.nearest(of: own, among: encodings)) {
            guard let match else { continue }
            batch[place].nearest = known[match.index]
            batch[place].similarity = match.similarity
            if match.similarity >= NearDuplicates.encodingLimit { batch[place].fault = .duplicate }
        }
    }

    /// Words that begin questions which cannot be answered with yes or no, in English.
    private static let open: Set<Substring> = ["what", "which", "who", "whom", "whose", "when", "where", "why", "how", "whats"]

    /// Reads "Question: …", "For: …", "Against: …"; nil when a line is missing or none of its kind, or when the question
    /// cannot be answered with yes or no.
    static func question(in text: String) -> QuestionText? {
        var found: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let match = line.wholeMatch(of: /\s*(Question|For|Against)\s*:\s*(.*?)\s*/) else { continue }
            // Only the first of each: what follows belongs to another question.
            if found[String(match.1)] == nil { found[String(match.1)] = String(match.2) }
        }
        guard let question = found["Question"], let affirming = found["For"], let negating = found["Against"] else { return nil }
        let lengths = [question, affirming, negating].map { Words($0).count }
        guard question.hasSuffix("?"), question.count(where: { $0 == "?" }) == 1, lengths.allSatisfy({ (4...60).contains($0) }),
            [affirming, negating].allSatisfy({ Sentences.endsComplete($0) && !$0.contains("?") }),
            Words(affirming).list != Words(negating).list, let first = Words(question).list.first, !open.contains(first)
        else { return nil }
        return QuestionText(question: question, affirming: affirming, negating: negating)
    }
}
