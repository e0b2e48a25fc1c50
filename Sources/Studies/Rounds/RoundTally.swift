// The rule by which a round moves. Pure: counts in, the next phase out.

/// What has come in so far in one round.
public struct RoundTally: Sendable, Equatable {
    public var phase: RoundPhase
    /// Members who are still in the group.
    public var members: Int
    /// Opinions of those members.
    public var opinions: Int
    /// Generations that are neither finished nor failed.
    public var openGenerations: Int
    /// Statements made.
    public var statements: Int
    /// Presentations to present members that await a rating.
    public var unrated: Int

    public init(
        phase: RoundPhase, members: Int, opinions: Int, openGenerations: Int, statements: Int, unrated: Int
    ) {
        self.phase = phase
        self.members = members
        self.opinions = opinions
        self.openGenerations = openGenerations
        self.statements = statements
        self.unrated = unrated
    }

    /// The phase the round is ready for, nil while it has to wait.
    public var nextPhase: RoundPhase? {
        switch phase {
        case .pending, .finished: nil
        case .opinions: opinions >= members ? .drafting : nil
        case .drafting: openGenerations > 0 ? nil : (statements > 0 ? .ratings : .finished)
        case .ratings: unrated > 0 ? nil : .finished
        }
    }
}
