// Drafts statements: fits the prompt to the model, draws candidates, rejects malformed ones and draws again, chooses.

import LanguageModel

/// The mediator between the opinions of a group.
public struct Mediator: Sendable {
    /// Batches drawn after the first before a malformed statement is put up with.
    public static let redraws = 3

    private let model: LanguageModel

    public init(model: LanguageModel) {
        self.model = model
    }

    /// Drafts as many statements as the brief asks for. Well-formed candidates that differ in their words are chosen in
    /// the order drawn, or at random among a batch; while there are too few, another batch is drawn with new seeds, up to
    /// ``redraws`` times; then the least bad of all fill the places, and keep the mark of what is wrong with them.
    /// - Parameter progress: tokens done and expected, of all batches so far.
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled.
    public func draft(
        _ brief: Brief, progress: (@Sendable (GenerationProgress) -> Void)? = nil
    ) async throws -> Draft {
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
            if Set(candidates.filter { $0.malformation == nil }.map(\.text)).count >= brief.statements { break }
        }

        return Draft(
            candidates: candidates, chosen: Self.choose(from: candidates, for: brief, with: &generator),
            promptText: promptText, promptTokens: promptTokens, shortened: prompt.shortened,
            seconds: (clock.now - started) / .seconds(1), templateName: brief.template.name,
            templateVersion: brief.template.version, sampling: brief.sampling, seed: brief.seed, model: model.facts)
    }

    /// The positions of the candidates to show: the least bad first, none twice, as many as are wanted.
    private static func choose(
        from candidates: [Candidate], for brief: Brief, with generator: inout SplitMix64
    ) -> [Int] {
        var positions = Array(candidates.indices)
        if brief.choosesAtRandom { generator.shuffle(&positions) }
        let order = positions.enumerated().sorted { one, other in
            let (a, b) = (candidates[one.element].malformation?.severity ?? 0, candidates[other.element].malformation?.severity ?? 0)
            return (a, one.offset) < (b, other.offset)
        }.map(\.element)
        var texts: Set<String> = []
        let distinct = order.filter { texts.insert(candidates[$0].text).inserted }
        return Array(distinct.prefix(brief.statements))
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}
