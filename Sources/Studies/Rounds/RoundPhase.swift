// The phases of a round.

/// Where a round stands: `opinions` (stances and opinions come in), `opinionRatings` (members rate each other's opinions,
/// where the study asks for it), `drafting` (statements are made), `ratings` (members rate them), `finished`. `pending`
/// rounds have not begun; an `abandoned` one had too few members left.
public enum RoundPhase: String, Codable, Sendable, CaseIterable {
    case pending, opinions
    case opinionRatings = "opinion-ratings"
    case drafting, ratings, finished, abandoned

    /// Whether the round is under way.
    public var isLive: Bool {
        switch self {
        case .opinions, .opinionRatings, .drafting, .ratings: true
        case .pending, .finished, .abandoned: false
        }
    }

    /// The names of the phases in which a round is under way, as the database has them.
    static let live = allCases.filter(\.isLive).map(\.rawValue)
}
