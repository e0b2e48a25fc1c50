// How often each point of the scales was given.

/// The ratings of one condition's statements, by point.
public struct RatingDistribution: Codable, Sendable, Equatable {
    public let condition: String
    /// Ratings of agreement 1, 2, … 7.
    public let agreementCounts: [Int]
    /// Ratings of quality 1, 2, … 7.
    public let qualityCounts: [Int]
}
