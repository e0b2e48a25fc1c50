// One way of making a statement, as a study file states it.

import Consensus
import LanguageModel

/// A condition of a study: where its statements come from. Participants never learn which condition a statement has.
public struct Condition: Codable, Sendable, Equatable {
    /// What makes the statement.
    public enum Source: String, Codable, Sendable, CaseIterable {
        /// The language model drafts it from the members' opinions.
        case model
        /// A member's opinion is shown as if it were a statement.
        case humanOpinion = "human-opinion"
        /// One of the question's two position statements is shown as if it had been made for the group.
        case positionStatement = "position-statement"
    }

    /// How one candidate, or one opinion, is chosen.
    public enum Selection: String, Codable, Sendable, CaseIterable {
        /// The first well-formed candidate.
        case first
        /// One drawn at random.
        case random
    }

    public var name: String
    public var source: Source
    /// The prompt template's name, for `model`.
    public var prompt: String?
    /// How many candidates are drawn as one batch, for `model`.
    public var candidates: Int
    public var select: Selection
    /// How many members' opinions are silently left out.
    public var exclude: Exclusion
    /// Overrides of the default sampling settings.
    public var sampling: SamplingSettings?

    private enum CodingKeys: String, CodingKey {
        case name, source, prompt, candidates, select, exclude, sampling
    }

    public init(
        name: String, source: Source, prompt: String? = nil, candidates: Int = 4, select: Selection = .first,
        exclude: Exclusion = 0, sampling: SamplingSettings? = nil
    ) {
        self.name = name
        self.source = source
        self.prompt = prompt
        self.candidates = candidates
        self.select = select
        self.exclude = exclude
        self.sampling = sampling
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let source = try values.decode(Source.self, forKey: .source)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            source: source,
            prompt: try values.decodeIfPresent(String.self, forKey: .prompt),
            candidates: try values.decodeIfPresent(Int.self, forKey: .candidates) ?? 4,
            select: try values.decodeIfPresent(Selection.self, forKey: .select)
                ?? (source == .model ? .first : .random),
            exclude: try values.decodeIfPresent(Exclusion.self, forKey: .exclude) ?? 0,
            sampling: try values.decodeIfPresent(SamplingSettings.self, forKey: .sampling))
    }

    /// The tokens its statement takes at most when nothing has to be drawn again; the weight of its progress.
    var expectedTokens: Int {
        source == .model ? candidates * (sampling ?? .statement).maximumTokens : 1
    }

    /// Whether `twin` differs from this condition only in leaving nobody out.
    func isExclusionTwin(of twin: Condition) -> Bool {
        exclude.leavesOut && isTwin(of: twin)
    }

    private func isTwin(of twin: Condition) -> Bool {
        !twin.exclude.leavesOut && source == twin.source && prompt == twin.prompt
            && candidates == twin.candidates && select == twin.select && sampling == twin.sampling
    }

    /// What is drawn together, as indices: an exclusion condition with its full twin, every other condition by itself.
    static func units(of conditions: [Condition]) -> [[Int]] {
        var units: [[Int]] = []
        for (index, condition) in conditions.enumerated() where !condition.exclude.leavesOut {
            // Of conditions alike the first is the twin.
            let isFirst = !conditions[..<index].contains { !$0.exclude.leavesOut && $0.isTwin(of: condition) }
            units.append([index] + conditions.indices.filter { isFirst && conditions[$0].isExclusionTwin(of: condition) })
        }
        return units
    }
}
