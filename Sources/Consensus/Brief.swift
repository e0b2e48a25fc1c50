// What the mediator is asked to do.

import LanguageModel

/// A question, the opinions of a group, and how a statement is to be drawn from them.
public struct Brief: Sendable {
    public var question: String
    /// In the order in which they stand in the prompt; of the members whose agreement counts in a ranking.
    public var opinions: [String]
    public var template: PromptTemplate
    /// Candidates drawn as one batch.
    public var candidates: Int
    /// Statements to choose from them; not above ``candidates``.
    public var statements: Int
    /// By what rule they are chosen.
    public var selection: CandidateSelection
    public var sampling: SamplingSettings
    /// The seeds of all candidates follow from it.
    public var seed: UInt64

    public init(
        question: String, opinions: [String], template: PromptTemplate, candidates: Int,
        statements: Int = 1, selection: CandidateSelection = .first,
        sampling: SamplingSettings = .statement, seed: UInt64
    ) {
        self.question = question
        self.opinions = opinions
        self.template = template
        self.candidates = candidates
        self.statements = statements
        self.selection = selection
        self.sampling = sampling
        self.seed = seed
    }
}
