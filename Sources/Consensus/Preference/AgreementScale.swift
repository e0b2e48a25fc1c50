// What a reward model's scores stand for on the scale of agreement.

/// A link from scores on a scale of their own to agreement from 1 to 7: the cumulative logit model of ``PreferenceHead``
/// with the standardized score as its only feature.
public struct AgreementScale: Codable, Sendable, Equatable {
    let mean: Double
    let deviation: Double
    let weight: Double
    /// Six, increasing.
    let thresholds: [Double]

    /// Fits the link to ratings.
    /// - Parameter scores: the score of each of the data's ratings.
    /// - Returns: nil when there is nothing to learn from: fewer than two different agreements, or scores all alike.
    public init?(scores: [Double], of data: RatingData) {
        let count = Double(max(1, scores.count))
        let mean = scores.reduce(0, +) / count
        let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
        guard variance > 0, Set(data.ratings.map(\.agreement)).count > 1 else { return nil }
        let deviation = variance.squareRoot()
        let parameters = PreferenceObjective(
            rows: scores.map { [($0 - mean) / deviation] }, agreements: data.ratings.map(\.agreement),
            comparisons: data.comparisons, regularization: 1e-6
        ).minimum
        self.mean = mean
        self.deviation = deviation
        weight = parameters[0]
        thresholds = PreferenceObjective.thresholds(parameters[1...])
    }

    /// The agreement that is expected at a score, from 1 to 7.
    public func agreement(score: Double) -> Double {
        1 + thresholds.reduce(0) { $0 + PreferenceHead.sigmoid(weight * (score - mean) / deviation - $1) }
    }
}
