// The rule by which a round moves. Pure: counts in, the next phase out.

/// What has come in so far in one round.
public struct RoundTally: Sendable, Equatable {
    public var phase: RoundPhase
    /// Members whom the round waits for: still in the group, and not away.
    public var members: Int
    /// Members the group needs.
    public var minimum: Int
    /// Opinions of those members.
    public var opinions: Int
    /// Generations that are neither finished nor failed.
    public var openGenerations: Int
    /// Statements made.
    public var statements: Int
    /// Presentations to present members that await a rating.
    public var unrated: Int
    /// Present members who have yet to answer the round's survey.
    public var unsurveyed: Int

    public init(
        phase: RoundPhase, members: Int, minimum: Int, opinions: Int, openGenerations: Int, statements: Int, unrated: Int,
        unsurveyed: Int = 0
    ) {
        self.phase = phase
        self.members = members
        self.minimum = minimum
        self.opinions = opinions
        self.openGenerations = openGenerations
        self.statements = statements
        self.unrated = unrated
        self.unsurveyed = unsurveyed
    }

    /// The phase the round is ready for, nil while it has to wait. Members who are left once opinions are in may rate
    /// what was made, also when they have become too few for another round.
    public var nextPhase: RoundPhase? {
        switch phase {
        case .pending, .finished, .abandoned: nil
        case .opinions where members < minimum: .abandoned
        case .opinions: opinions >= members ? .drafting : nil
        case .drafting where members == 0: .abandoned
        case .drafting: openGenerations > 0 ? nil : (statements > 0 ? .ratings : .finished)
        case .ratings: unrated > 0 || unsurveyed > 0 ? nil : .finished
        }
    }
}
