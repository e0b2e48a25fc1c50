// What the head minimizes.

import Foundation

/// The mean loss of weights and thresholds on ratings with features x:
///
///     mean over ratings of -ln P(r)  +  mean over comparisons of ln(1 + exp(s_less - s_more))  +  λ/2 |w|²
///
/// The first term is the ordinal one (``PreferenceHead``), which knows members' levels; the second is the paper's pairwise
/// comparison within a member's round (Bakker et al. 2022, section 2.2), which does not. Parameters are the weights, the
/// first threshold, and the logarithms of the steps between thresholds, so that any values of them are allowed.
public struct PreferenceObjective: Sendable {
    /// The features of each rating, filled up with zeros to whole vectors.
    private let rows: [SIMD8<Double>]
    /// Vectors per rating.
    private let stride: Int
    private let width: Int
    private let agreements: [Int]
    private let comparisons: [(more: Int, less: Int)]
    private let regularization: Double

    /// - Parameter rows: the features of each rating.
    public init(rows: [[Double]], agreements: [Int], comparisons: [(more: Int, less: Int)], regularization: Double) {
        width = rows.first?.count ?? 0
        stride = (width + 7) / 8
        self.rows = rows.flatMap { [stride] row in Self.vectors(row, stride) }
        self.agreements = agreements
        self.comparisons = comparisons
        self.regularization = regularization
    }

    /// Where a fit begins: no weights, and the thresholds at which the agreements would be as frequent as they are.
    public var start: [Double] {
        let total = Double(agreements.count) + 7
        var thresholds: [Double] = []
        var below = 0.0
        for level in 1...6 {
            below += Double(agreements.count { $0 == level }) + 1
            thresholds.append(log(below / (total - below)))
        }
        return [Double](repeating: 0, count: width) + [thresholds[0]] + zip(thresholds, thresholds.dropFirst()).map { log($1 - $0) }
    }

    /// The parameters with the least loss.
    public var minimum: [Double] { minimum(from: start) }

    /// The parameters with the least loss, found from a place near them.
    /// - Parameter tolerance: how small the largest part of the gradient has to be.
    func minimum(from start: [Double], tolerance: Double = 1e-7) -> [Double] {
        LBFGS.minimize(callAsFunction, from: start, tolerance: tolerance)
    }

    private static func vectors(_ values: some Collection<Double>, _ count: Int) -> [SIMD8<Double>] {
        var vectors = [SIMD8<Double>](repeating: .zero, count: count)
        for (place, value) in values.enumerated() { vectors[place / 8][place % 8] = value }
        return vectors
    }

    /// The thresholds that the last six parameters stand for.
    public static func thresholds(_ parameters: ArraySlice<Double>) -> [Double] {
        var thresholds = [parameters[parameters.startIndex]]
        for step in parameters.dropFirst() { thresholds.append((thresholds.last ?? 0) + exp(step)) }
        return thresholds
    }

    /// The loss, and its derivative by each parameter.
    public func callAsFunction(_ parameters: [Double]) -> (value: Double, gradient: [Double]) {
        let count = agreements.count
        guard count > 0 else { return (0, parameters.map { _ in 0 }) }
        let thresholds = Self.thresholds(parameters[width...])
        var loss = 0.0
        var byScore = [Double](repeating: 0, count: count)
        var byThreshold = [Double](repeating: 0, count: 6)
        var scores = [Double](repeating: 0, count: count)
        let weights = Self.vectors(parameters[..<width], stride)
        rows.withUnsafeBufferPointer { rows in
            for index in 0..<count {
                var sum = SIMD8<Double>.zero
                for place in 0..<stride { sum += weights[place] * rows[index * stride + place] }
                scores[index] = sum.sum()
            }
        }
        let share = 1 / Double(count)
        for index in 0..<count {
            // ln(σ(b) - σ(a)) = ln σ(b) + ln σ(-a) + ln(1 - e^(a-b)), which loses nothing at the ends.
            let level = agreements[index]
            let upper = level < 7 ? thresholds[level - 1] - scores[index] : nil
            let lower = level > 1 ? thresholds[level - 2] - scores[index] : nil
            if let upper {
                loss += Self.softplus(-upper) * share
                let slope = PreferenceHead.sigmoid(-upper) * share
                byScore[index] += slope
                byThreshold[level - 1] -= slope
            }
            if let lower {
                loss += Self.softplus(lower) * share
                let slope = PreferenceHead.sigmoid(lower) * share
                byScore[index] -= slope
                byThreshold[level - 2] += slope
            }
            if let upper, let lower {
                let step = upper - lower
                loss -= log(-expm1(-step)) * share
                let slope = share / expm1(step)
                byThreshold[level - 1] -= slope
                byThreshold[level - 2] += slope
            }
        }
        let each = comparisons.isEmpty ? 0 : 1 / Double(comparisons.count)
        for (more, less) in comparisons {
            let lead = scores[more] - scores[less]
            loss += Self.softplus(-lead) * each
            let slope = PreferenceHead.sigmoid(-lead) * each
            byScore[more] -= slope
            byScore[less] += slope
        }
        var byWeight = [SIMD8<Double>](repeating: .zero, count: stride)
        rows.withUnsafeBufferPointer { rows in
            byWeight.withUnsafeMutableBufferPointer { byWeight in
                for index in 0..<count {
                    let slope = byScore[index]
                    for place in 0..<stride { byWeight[place] += slope * rows[index * stride + place] }
                }
            }
        }
        var gradient = [Double](repeating: 0, count: parameters.count)
        for place in 0..<width { gradient[place] = byWeight[place / 8][place % 8] }
        for place in 0..<width {
            loss += regularization / 2 * parameters[place] * parameters[place]
            gradient[place] += regularization * parameters[place]
        }
        // θ_k = θ_1 + sum of the steps up to k.
        for level in 0..<6 {
            gradient[width] += byThreshold[level]
            for step in 0..<level { gradient[width + 1 + step] += byThreshold[level] * exp(parameters[width + 1 + step]) }
        }
        return (loss, gradient)
    }

    /// ln(1 + e^x)
    private static func softplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }
}
