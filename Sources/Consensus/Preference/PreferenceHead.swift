// Predicts how much a member agrees with a statement, from the encodings of their opinion and of the statement.

import Foundation

/// A trained head: a score s = w·x of the features x, and six thresholds θ on the scale of scores, with which the
/// agreement r follows the cumulative logit model (McCullagh 1980, "Regression models for ordinal data"):
///
///     P(r ≤ k) = σ(θ_k - s)
///
public struct PreferenceHead: Codable, Sendable, Equatable {
    public let features: PreferenceFeatures
    public let weights: [Double]
    /// Six, increasing.
    public let thresholds: [Double]

    /// The agreement that is expected of a member: the mean of r, from 1 to 7.
    public func agreement(opinion: [Float], statement: [Float]) -> Double {
        agreement(score: score(opinion: features.components.project(opinion), statement: features.components.project(statement)))
    }

    /// The agreements that are expected of several members with several statements: a row per member.
    public func agreements(opinions: [[Float]], statements: [[Float]]) -> [[Double]] {
        let statements = statements.map(features.components.project)
        return opinions.map(features.components.project).map { opinion in
            statements.map { agreement(score: score(opinion: opinion, statement: $0)) }
        }
    }

    /// The probabilities of 1 to 7.
    public func probabilities(opinion: [Float], statement: [Float]) -> [Double] {
        let score = score(opinion: features.components.project(opinion), statement: features.components.project(statement))
        return (1...7).map { probability(of: $0, score: score) }
    }

    /// The probability of one agreement, 1 to 7.
    func probability(of agreement: Int, score: Double) -> Double {
        let atMost = agreement < 7 ? Self.sigmoid(thresholds[agreement - 1] - score) : 1
        return atMost - (agreement > 1 ? Self.sigmoid(thresholds[agreement - 2] - score) : 0)
    }

    func score(opinion: [Double], statement: [Double]) -> Double {
        zip(weights, features.values(opinion: opinion, statement: statement)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    func agreement(score: Double) -> Double {
        1 + thresholds.reduce(0) { $0 + Self.sigmoid(score - $1) }
    }

    static func sigmoid(_ x: Double) -> Double {
        x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
    }
}
