// By what rule statements are chosen among candidates.

/// The rule of a condition. Whatever the rule, malformed candidates come last and near-duplicates are merged.
public enum CandidateSelection: Sendable, Equatable {
    /// In the order drawn.
    case first
    /// At random.
    case random
    /// Those with the highest welfare of the agreements that are predicted of the members.
    case welfare(Welfare)
    /// Those that a Schulze vote puts first, each member voting by predicted agreement.
    case schulze

    /// Whether it needs predictions of agreement.
    public var needsPredictions: Bool {
        switch self {
        case .first, .random: false
        case .welfare, .schulze: true
        }
    }
}
