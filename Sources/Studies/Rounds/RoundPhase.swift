// The phases of a round.

/// Where a round stands: `opinions` (stances and opinions come in), `drafting` (statements are made), `ratings`
/// (members rate them), `finished`. `pending` rounds have not begun; an `abandoned` one had too few members left.
public enum RoundPhase: String, Codable, Sendable, CaseIterable {
    case pending, opinions, drafting, ratings, finished, abandoned
}
