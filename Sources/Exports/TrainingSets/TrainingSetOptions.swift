// What goes into the training sets.

/// Thresholds and parts. The paper selects the statements to learn from by their quality (Bakker et al. 2022, figure 1); the
/// levels here, "somewhat good" and "somewhat agree" on average, are Concord's choice.
public struct TrainingSetOptions: Codable, Sendable, Equatable {
    /// The mean quality, 1 to 7, that a statement needs at least.
    public var quality: Double
    /// The mean agreement, 1 to 7, that a statement needs at least.
    public var agreement: Double
    public var splits: SplitAssignment

    public init(quality: Double = 5, agreement: Double = 5, splits: SplitAssignment = SplitAssignment()) {
        self.quality = quality
        self.agreement = agreement
        self.splits = splits
    }
}
