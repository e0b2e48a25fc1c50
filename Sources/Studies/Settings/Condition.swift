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
    public var exclude: Int
    /// Overrides of the default sampling settings.
    public var sampling: SamplingSettings?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, source, prompt, candidates, select, exclude, sampling
    }

    public init(
        name: String, source: Source, prompt: String? = nil, candidates: Int = 4, select: Selection = .first,
        exclude: Int = 0, sampling: SamplingSettings? = nil
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
        try decoder.refuseUnknownKeys(CodingKeys.allCases.map(\.stringValue))
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let source = try values.decode(Source.self, forKey: .source)
        self.init(
            name: try values.decode(String.self, forKey: .name),
            source: source,
            prompt: try values.decodeIfPresent(String.self, forKey: .prompt),
            candidates: try values.decodeIfPresent(Int.self, forKey: .candidates) ?? 4,
            select: try values.decodeIfPresent(Selection.self, forKey: .select)
                ?? (source == .model ? .first : .random),
            exclude: try values.decodeIfPresent(Int.self, forKey: .exclude) ?? 0,
            sampling: try values.decodeIfPresent(SamplingSettings.self, forKey: .sampling))
    }

    /// The tokens its statement takes at most when nothing has to be drawn again; the weight of its progress.
    var expectedTokens: Int {
        source == .model ? candidates * (sampling ?? .statement).maximumTokens : 1
    }

    /// Whether `twin` differs from this condition only in leaving nobody out.
    func isExclusionTwin(of twin: Condition) -> Bool {
        exclude > 0 && twin.exclude == 0 && source == twin.source && prompt == twin.prompt
            && candidates == twin.candidates && select == twin.select && sampling == twin.sampling
    }
}
