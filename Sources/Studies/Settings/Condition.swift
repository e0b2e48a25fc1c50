// One way of making statements, as a study file states it.

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

    /// How candidates, or opinions, are chosen.
    public enum Selection: String, Codable, Sendable, CaseIterable {
        /// The first well-formed candidates.
        case first
        /// Drawn at random.
        case random
        /// The candidates with the highest welfare of the agreements that the preference model predicts.
        case welfare
        /// The candidates that a Schulze vote puts first, each member voting by the agreement that the preference model
        /// predicts.
        case schulze
        /// The opinions with the highest welfare of the agreements that the preference model predicts.
        case predictedWelfare = "predicted-welfare"
        /// The opinions with the highest welfare of the agreements that the members gave.
        case actualWelfare = "actual-welfare"

        /// Whether ``Condition/alpha`` decides.
        var isByWelfare: Bool { self == .welfare || self == .predictedWelfare || self == .actualWelfare }

        /// Whether a preference model decides.
        var needsPredictions: Bool { self == .welfare || self == .schulze || self == .predictedWelfare }
    }

    public var name: String
    public var source: Source
    /// The prompt template's name, for `model`.
    public var prompt: String?
    /// The language model's name in the model registry, for `model`; the one that the server was started with if nil.
    public var model: ModelName?
    /// How many of its statements a round shows.
    public var statements: Int
    /// How many candidates are drawn as one batch, for `model`.
    public var candidates: Int
    public var select: Selection
    /// The inequality aversion, for selections by welfare.
    public var alpha: InequalityAversion?
    /// How many members' opinions are silently left out.
    public var exclude: Exclusion
    /// Overrides of the default sampling settings.
    public var sampling: SamplingSettings?

    private enum CodingKeys: String, CodingKey {
        case name, source, prompt, model, statements, candidates, select, alpha, exclude, sampling
    }

    public init(
        name: String, source: Source, prompt: String? = nil, model: ModelName? = nil, statements: Int = 1,
        candidates: Int = 16, select: Selection = .first, alpha: InequalityAversion? = nil, exclude: Exclusion = 0,
        sampling: SamplingSettings? = nil
    ) {
        self.name = name
        self.source = source
        self.prompt = prompt
        self.model = model
        self.statements = statements
        self.candidates = candidates
        self.select = select
        self.alpha = alpha
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
            model: try values.decodeIfPresent(ModelName.self, forKey: .model),
            statements: try values.decodeIfPresent(Int.self, forKey: .statements) ?? 1,
            candidates: try values.decodeIfPresent(Int.self, forKey: .candidates) ?? 16,
            select: try values.decodeIfPresent(Selection.self, forKey: .select)
                ?? (source == .model ? .first : .random),
            alpha: try values.decodeIfPresent(InequalityAversion.self, forKey: .alpha),
            exclude: try values.decodeIfPresent(Exclusion.self, forKey: .exclude) ?? 0,
            sampling: try values.decodeIfPresent(SamplingSettings.self, forKey: .sampling))
    }

    /// The tokens its statements take at most when nothing has to be drawn again; the weight of its progress.
    var expectedTokens: Int {
        source == .model ? candidates * (sampling ?? .statement).maximumTokens : 1
    }

    /// Whether `twin` differs from this condition only in leaving nobody out.
    func isExclusionTwin(of twin: Condition) -> Bool {
        exclude.leavesOut && isTwin(of: twin)
    }

    private func isTwin(of twin: Condition) -> Bool {
        !twin.exclude.leavesOut && source == twin.source && prompt == twin.prompt
            && model == twin.model && statements == twin.statements && candidates == twin.candidates
            && select == twin.select && alpha == twin.alpha && sampling == twin.sampling
    }

    /// Everything that is wrong with this condition by itself, in a study whose groups have at least `minimum` members.
    /// - Parameter prompts: the names of the study's own prompts.
    func conflicts(minimum: Int, prompts: [String] = []) -> [String] {
        var found: [String] = []
        let selections: [Selection] = switch source {
        case .model: [.first, .random, .welfare, .schulze]
        case .humanOpinion: [.random, .predictedWelfare, .actualWelfare]
        case .positionStatement: [.random]
        }
        if !selections.contains(select) {
            let known = selections.map(\.rawValue).joined(separator: ", ")
            found.append("select must be \(selections.count > 1 ? "one of " : "")\(known) for source \(source.rawValue)")
        }
        if select.isByWelfare != (alpha != nil) {
            found.append(
                select.isByWelfare
                    ? "alpha is missing; select \(select.rawValue) needs a number, inf, or a list to draw from per round"
                    : "alpha applies to selections by welfare only")
        }
        let (most, of) = switch source {
        case .model: (candidates, "its number of candidates")
        case .humanOpinion: (minimum, "the least number of members")
        case .positionStatement: (2, "the question's two position statements")
        }
        if statements > most { found.append("statements must be 1 to \(most), \(of)") }
        if source == .model {
            let names = PromptTemplate.names + prompts, known = names.joined(separator: ", ")
            if let prompt {
                if !names.contains(prompt) { found.append("prompt \(prompt) is not one of \(known)") }
            } else {
                found.append("prompt is missing; it is one of \(known)")
            }
            if exclude.leavesOut, !exclude.leavesEnough(of: minimum) {
                found.append(
                    "leaving out \(exclude.count(of: minimum)) of \(minimum) members leaves fewer than two")
            }
        } else {
            if exclude.leavesOut { found.append("exclude applies to source model only") }
            if model != nil { found.append("model applies to source model only") }
        }
        return found
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
