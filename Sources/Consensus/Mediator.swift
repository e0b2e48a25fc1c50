// Drafts statements: fits the prompt to the model, draws candidates, rejects malformed ones and draws again, chooses.

import LanguageModel

/// The mediator between the opinions of a group.
public struct Mediator: Sendable {
    /// Batches drawn after the first before a malformed statement is put up with.
    public static let redraws = 3

    /// The share of the words of each of two candidates that stands in runs of ``duplicateRun`` words that the other has
    /// too, from which they say nearly the same.
    static let duplicateShare = 0.85
    static let duplicateRun = 3

    private let model: LanguageModel
    private let preference: (any AgreementPredictor)?

    /// - Parameter preference: ranks candidates, for briefs that ask for it.
    public init(model: LanguageModel, preference: (any AgreementPredictor)? = nil) {
        self.model = model
        self.preference = preference
    }

    /// Drafts as many statements as the brief asks for, by its rule, among the well-formed candidates of a batch; of
    /// those that say nearly the same the first stands for all. While there are too few, another batch is drawn with new
    /// seeds, up to ``redraws`` times; then the least bad of all fill the places, and keep the mark of what is wrong with
    /// them.
    /// - Parameter progress: tokens done and expected, of all batches so far.
    /// - Throws: ``MediatorError``; `ModelError`; `CancellationError` when the task is cancelled.
    public func draft(
        _ brief: Brief, progress: (@Sendable (GenerationProgress) -> Void)? = nil
    ) async throws -> Draft {
        if brief.selection.needsPredictions, preference == nil { throw MediatorError.noPreferenceModel }
        let form: PromptTemplate.Form = model.chats ? .chat : .text
        guard brief.template.form == form else {
            throw MediatorError.wrongForm(prompt: brief.template.name, wanted: form)
        }
        let clock = ContinuousClock()
        let started = clock.now
        let prompt = try FittedPrompt(brief, model: model)
        // The check knows what the members wrote, not only what the model read of it.
        let check = StatementCheck(question: brief.question, opinions: brief.opinions, template: brief.template)
        var generator = SplitMix64(seed: brief.seed)
        var candidates: [Candidate] = []
        var promptText = ""
        var promptTokens = 0

        for draw in 1...(1 + Self.redraws) {
            let before = (draw - 1) * brief.candidates * brief.sampling.maximumTokens
            let result = try await model.generate(
                GenerationRequest(
                    messages: prompt.messages, sampling: brief.sampling,
                    seeds: (0..<brief.candidates).map { _ in generator.next() })
            ) { batch in
                progress?(
                    GenerationProgress(
                        tokensDone: before + batch.tokensDone, tokensExpected: before + batch.tokensExpected))
            }
            promptText = result.promptText
            promptTokens = result.promptTokens
            for (index, drawn) in result.draws.enumerated() {
                let text = Self.trimmed(brief.template.opening + drawn.text)
                candidates.append(
                    Candidate(
                        draw: draw, index: index, seed: drawn.seed, text: text, tokenCount: drawn.tokenCount,
                        logProbability: drawn.logProbability, finish: drawn.finish,
                        malformation: check.malformation(of: text, finish: drawn.finish)))
            }
            Self.mergeDuplicates(&candidates)
            if candidates.count(where: \.isEligible) >= brief.statements { break }
        }

        let order = try await order(of: &candidates, for: brief, with: &generator)
        let best = Self.bestFirst(candidates, inOrder: order)
        return Draft(
            candidates: candidates, order: best, chosen: Array(best.prefix(brief.statements)),
            promptText: promptText, promptTokens: promptTokens, shortened: prompt.shortened,
            seconds: (clock.now - started) / .seconds(1), templateName: brief.template.name,
            templateVersion: brief.template.version, exampleSet: brief.template.exampleSet, sampling: brief.sampling,
            seed: brief.seed, model: model.facts)
    }

    /// The positions of all candidates in the order of the brief's rule; where it needs predictions, those of eligible
    /// candidates come first and are written into them.
    private func order(
        of candidates: inout [Candidate], for brief: Brief, with generator: inout SplitMix64
    ) async throws -> [Int] {
        var positions = Array(candidates.indices)
        if brief.selection == .random { generator.shuffle(&positions) }
        guard brief.selection.needsPredictions, let preference else { return positions }
        let eligible = positions.filter { candidates[$0].isEligible }
        guard !eligible.isEmpty else { return positions }
        let agreements = try await preference.agreements(
            question: brief.question, opinions: brief.opinions, statements: eligible.map { candidates[$0].text })
        let ranking = if case .welfare(let welfare) = brief.selection {
            Ranking(agreements, by: welfare, breakingTiesWith: &generator)
        } else {
            Ranking(voteOf: agreements, breakingTiesWith: &generator)
        }
        for (place, position) in eligible.enumerated() {
            candidates[position].predictions = agreements.map { $0[place] }
            candidates[position].welfare = ranking.welfares?[place]
        }
        for (rank, place) in ranking.order.enumerated() { candidates[eligible[place]].rank = rank + 1 }
        return ranking.order.map { eligible[$0] } + positions.filter { !candidates[$0].isEligible }
    }

    /// The positions of the candidates to show, while more are wanted: eligible ones in the order given, then the least bad;
    /// none twice.
    private static func bestFirst(_ candidates: [Candidate], inOrder order: [Int]) -> [Int] {
        let byForm = order.enumerated().sorted { one, other in
            func severity(_ position: Int) -> Int { candidates[position].malformation?.severity ?? 0 }
            return (severity(one.element), one.offset) < (severity(other.element), other.offset)
        }.map(\.element)
        var texts: Set<String> = []
        return byForm.filter { candidates[$0].duplicateOf == nil && texts.insert(candidates[$0].text).inserted }
    }

    /// Marks well-formed candidates that say nearly what an earlier one says.
    private static func mergeDuplicates(_ candidates: inout [Candidate]) {
        let words = candidates.map { Words($0.text) }
        for later in candidates.indices where candidates[later].isEligible {
            candidates[later].duplicateOf = candidates[..<later].indices.first { earlier in
                candidates[earlier].isEligible
                    && words[later].share(in: words[earlier], runsOf: duplicateRun) >= duplicateShare
                    && words[earlier].share(in: words[later], runsOf: duplicateRun) >= duplicateShare
            }
        }
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}
