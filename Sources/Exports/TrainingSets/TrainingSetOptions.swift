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

    /// What is wrong with them, as a sentence; nil for nothing.
    public var problem: String? {
        guard (1...7).contains(quality), (1...7).contains(agreement) else {
            return "The mean quality and the mean agreement that a statement needs must be 1 to 7."
        }
        guard splits.validationShare >= 0, splits.testShare >= 0, splits.validationShare + splits.testShare < 1 else {
            return "The shares held out for validation and for testing must be 0 or more, and together less than 1."
        }
        return nil
    }
}
