// The phases of a round.

/// Where a round stands: `opinions` (stances and opinions come in), `review` (an admin decides which of them may be shown,
/// where the study asks for it), `opinionRatings` (members rate each other's opinions,
/// where the study asks for it), `drafting` (statements are made), `ratings` (members rate them), `finished`. `pending`
/// rounds have not begun; an `abandoned` one had too few members left.
public enum RoundPhase: String, Codable, Sendable, CaseIterable {
    case pending, opinions, review
    case opinionRatings = "opinion-ratings"
    case drafting, ratings, finished, abandoned

    /// Whether the round is under way.
    public var isLive: Bool {
        switch self {
        case .opinions, .review, .opinionRatings, .drafting, .ratings: true
        case .pending, .finished, .abandoned: false
        }
    }

    /// The names of the phases in which a round is under way, as the database has them.
    static let live = allCases.filter(\.isLive).map(\.rawValue)
}
