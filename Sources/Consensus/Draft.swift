// What the mediator made, with everything that is needed to make it again.

import LanguageModel

/// The candidates of one brief and those that were chosen.
public struct Draft: Codable, Sendable {
    /// All that were drawn, in the order drawn, the rejected ones with the reason.
    public let candidates: [Candidate]
    /// The positions in ``candidates`` of those that come into question, the best first: ``chosen``, and who takes their
    /// places where they must not be shown. None says what another says.
    public let order: [Int]
    /// The positions in ``candidates`` of those to show.
    public let chosen: [Int]
    /// The prompt as the model read it.
    public let promptText: String
    public let promptTokens: Int
    /// Which opinions had to be shortened to fit the model's context; mostly none.
    public let shortened: [Shortening]
    public let seconds: Double
    public let templateName: String
    public let templateVersion: String
    /// The worked examples that the prompt shows; nil when it shows none.
    public let exampleSet: String?
    public let sampling: SamplingSettings
    /// The seed of the brief.
    public let seed: UInt64
    public let model: ModelFacts

    /// The candidates to show. One that is malformed is among the least bad when too few were well-formed.
    public var statements: [Candidate] { chosen.map { candidates[$0] } }

    /// The positions of those to show where some must not be: the next best take their places, while there are any; then
    /// what says nearly the same as one of these.
    public func chosen(without hidden: Set<Int>) -> [Int] {
        var shown = order.filter { !hidden.contains($0) }, replaced: Set<Int> = []
        for position in candidates.indices where !hidden.contains(position) {
            guard let original = candidates[position].duplicateOf, hidden.contains(original) else { continue }
            if replaced.insert(original).inserted { shown.append(position) }
        }
        return Array(shown.prefix(chosen.count))
    }
}
