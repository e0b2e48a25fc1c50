// The parts of a training set.

/// What an example is for.
public enum TrainingSplit: String, Codable, CodingKeyRepresentable, Sendable, CaseIterable {
    /// To learn from.
    case train
    /// To choose between models.
    case validation
    /// To say how good the chosen one is.
    case test
}
