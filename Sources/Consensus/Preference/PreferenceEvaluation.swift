// How well predictions of agreement are.

import Foundation

/// Predictions against ratings that they were not trained on, beside baselines, with intervals over groups.
public struct PreferenceEvaluation: Codable, Sendable, Equatable {
    /// One way of predicting.
    public struct Line: Codable, Sendable, Equatable {
        /// `model`, `length` (longer statements are agreed with more), `opinion-blind` (the same features without the
        /// opinion), or `statement mean` (the mean rating that the others gave the same statement; a reference that no
        /// selection could use).
        public let name: String
        /// The share of comparisons within a member's round that it gets right; a tie counts one half, as chance does.
        public let pairwiseAccuracy: Estimate
        /// Spearman's correlation with the ratings.
        public let rankCorrelation: Estimate
        /// The mean distance between predicted and actual agreement over tenths of the predictions; nil where a
        /// prediction is no agreement.
        public let calibrationError: Estimate?
        /// By how much the model's pairwise accuracy is above this one's; nil for the model itself.
        public let lead: Estimate?
    }

    public let groups: Int
    public let ratings: Int
    public let comparisons: Int
    public let lines: [Line]

    /// From so few groups no interval says anything.
    public static let fewestGroups = 5

    /// Whether the model's pairwise accuracy is above that of chance, of length and of the opinion-blind baseline, each
    /// with its whole interval; false where the groups are too few to tell.
    public var beatsBaselines: Bool {
        guard groups >= Self.fewestGroups,
            let model = lines.first(where: { $0.name == "model" }), model.pairwiseAccuracy.low > 0.5
        else { return false }
        return lines.filter { $0.name == "length" || $0.name == "opinion-blind" }
            .allSatisfy { ($0.lead?.low ?? -1) > 0 }
    }

    /// - Parameters:
    ///   - model: the predicted agreement of each rating.
    ///   - blind: that of the opinion-blind baseline.
    public init(of data: RatingData, model: [Double], blind: [Double], bootstrap: Bootstrap = Bootstrap()) {
        let ratings = data.ratings
        let ids = Set(ratings.map(\.group)).sorted()
        let places = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
        let groupOf = ratings.map { places[$0.group] ?? 0 }
        let comparisons = data.comparisons
        let actual = ratings.map { Double($0.agreement) }
        let ranks = Ranks.of(actual)

        func isRight(_ predictions: [Double]) -> [(right: Double, all: Double)] {
            var counts = [(right: Double, all: Double)](repeating: (0, 0), count: ids.count)
            for (more, less) in comparisons {
                let lead = predictions[more] - predictions[less]
                counts[groupOf[more]].right += lead > 0 ? 1 : lead == 0 ? 0.5 : 0
                counts[groupOf[more]].all += 1
            }
            return counts
        }
        func accuracy(_ counts: [(right: Double, all: Double)], _ weights: [Double]) -> Double {
            zip(counts, weights).reduce(0) { $0 + $1.0.right * $1.1 } / zip(counts, weights).reduce(0) { $0 + $1.0.all * $1.1 }
        }
        func calibration(_ predictions: [Double], _ weights: [Double]) -> Double {
            let order = predictions.indices.sorted { predictions[$0] < predictions[$1] }
            var error = 0.0, total = 0.0
            for tenth in 0..<10 {
                let places = order[(order.count * tenth / 10)..<(order.count * (tenth + 1) / 10)]
                let difference = places.reduce(0) { $0 + weights[groupOf[$1]] * (predictions[$1] - actual[$1]) }
                error += abs(difference)
                total += places.reduce(0) { $0 + weights[groupOf[$1]] }
            }
            return error / total
        }
        let modelCounts = isRight(model)
        func line(_ name: String, _ predictions: [Double], isAgreement: Bool) -> Line {
            let counts = isRight(predictions), predictedRanks = Ranks.of(predictions)
            return Line(
                name: name,
                pairwiseAccuracy: bootstrap.estimate(groups: ids.count) { accuracy(counts, $0) },
                rankCorrelation: bootstrap.estimate(groups: ids.count) { weights in
                    Ranks.correlation(predictedRanks, ranks, weights: groupOf.map { weights[$0] })
                },
                calibrationError: isAgreement ? bootstrap.estimate(groups: ids.count) { calibration(predictions, $0) } : nil,
                lead: name == "model"
                    ? nil : bootstrap.estimate(groups: ids.count) { accuracy(modelCounts, $0) - accuracy(counts, $0) })
        }
        groups = ids.count
        self.ratings = ratings.count
        self.comparisons = comparisons.count
        lines = [
            line("model", model, isAgreement: true),
            line("opinion-blind", blind, isAgreement: true),
            line("length", ratings.map { Double(data.lengths[$0.statement]) }, isAgreement: false),
            line("statement mean", Self.meansOfOthers(ratings), isAgreement: true),
        ]
    }

    /// For each rating the mean of the others' of the same statement; of all ratings where there is none.
    private static func meansOfOthers(_ ratings: [RatingData.Rating]) -> [Double] {
        var sums: [Int: (sum: Double, count: Double)] = [:]
        for rating in ratings {
            sums[rating.statement, default: (0, 0)].sum += Double(rating.agreement)
            sums[rating.statement, default: (0, 0)].count += 1
        }
        let overall = ratings.reduce(0) { $0 + Double($1.agreement) } / Double(max(1, ratings.count))
        return ratings.map { rating in
            let (sum, count) = sums[rating.statement] ?? (0, 0)
            return count > 1 ? (sum - Double(rating.agreement)) / (count - 1) : overall
        }
    }
}
