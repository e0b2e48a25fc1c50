// How well a preference model foresaw what members made of the statements that were shown.

/// Agreement as a preference model predicted it when it chose a statement, against the agreement that members gave.
/// Intervals are over groups.
public struct PredictionAccuracy: Codable, Sendable, Equatable {
    /// NAME@VERSION.
    public let model: String
    /// Ratings of statements by members whose opinions went in, so that there is a prediction.
    public let ratings: Int
    /// Pairs of such statements that one member rated differently in one round.
    public let comparisons: Int
    /// The share of those that the model had in the member's order; a tie of predictions counts one half. Not a number where
    /// no member rated two.
    public let pairwiseAccuracy: Estimate
    /// Spearman's correlation of predicted with given agreement over all ratings. In the bootstrap, ratings keep the ranks
    /// that they have among all.
    public let rankCorrelation: Estimate
    /// Predicted minus given agreement, on average.
    public let meanError: Estimate
    public let meanAbsoluteError: Estimate

    public init(model: String, tallies: [PredictionTally], clusters: Clusters) {
        self.model = model
        ratings = Int(tallies.reduce(0) { $0 + $1.ratings })
        comparisons = Int(tallies.reduce(0) { $0 + $1.comparisons })
        func mean(_ count: (PredictionTally) -> Double, _ sum: (PredictionTally) -> Double) -> Estimate {
            clusters.estimate(
                clusters.grouped(tallies.map { ClusterSum(group: $0.group, count: count($0), sum: sum($0)) }))
        }
        pairwiseAccuracy = mean(\.comparisons, \.right)
        meanError = mean(\.ratings, \.error)
        meanAbsoluteError = mean(\.ratings, \.absoluteError)
        rankCorrelation = clusters.estimate { weights in
            func sum(_ part: (PredictionTally) -> Double) -> Double {
                tallies.reduce(0) { $0 + weights[$1.group] * part($1) }
            }
            let count = sum(\.ratings), x = sum(\.x), y = sum(\.y)
            let ofX = sum(\.xx) - x * x / count, ofY = sum(\.yy) - y * y / count
            guard ofX > 0, ofY > 0 else { return .nan }
            return (sum(\.xy) - x * y / count) / (ofX * ofY).squareRoot()
        }
    }
}
