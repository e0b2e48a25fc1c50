// How good a statement is for a group, given how much each member agrees.

import Foundation

/// Isoelastic social welfare with inequality aversion α (Atkinson 1970, "On the measurement of inequality"; Bakker et al.
/// 2022, section 2.3):
///
///     W_α(u) = (mean of u_i^(1-α))^(1/(1-α))
///
/// For α = 0 it is the mean (utilitarian), for α = 1 the geometric mean (Bernoulli–Nash), for α → ∞ the minimum (Rawlsian).
/// It has the unit of its arguments.
///
/// The utilities are agreements on the 1–7 scale, clipped to it. The origin matters: W is homogeneous, not invariant to
/// adding a constant, so that agreements counted from 0 would make the same α more averse to inequality.
public struct Welfare: Sendable, Equatable {
    /// The scale of agreement, which predictions may leave and utilities may not.
    public static let scale = 1.0...7.0

    /// Inequality aversion, 0 or above, possibly infinite.
    public let alpha: Double

    /// - Returns: nil when `alpha` is negative or not a number.
    public init?(alpha: Double) {
        guard alpha >= 0 else { return nil }
        self.alpha = alpha
    }

    /// The welfare of a group with these predicted agreements, each clipped to the scale.
    public func ofAgreements(_ agreements: [Double]) -> Double {
        of(agreements.map { min(max($0, Self.scale.lowerBound), Self.scale.upperBound) })
    }

    /// The welfare of a group with these utilities, each above 0; not a number for an empty group.
    public func of(_ utilities: [Double]) -> Double {
        guard let least = utilities.min(), let most = utilities.max(), least > 0 else { return .nan }
        guard alpha.isFinite, least < most else { return least }
        // With x = ln u and s = 1 - α this is exp(log-mean-exp(s x) / s). Around a reference, no exponent is above 0 at the
        // ends, and near α = 1, where s goes to 0, nothing cancels around the mean.
        let exponent = 1 - alpha
        let logs = utilities.map { log($0) }
        let count = Double(logs.count)
        let mean = logs.reduce(0, +) / count
        let spread = abs(exponent) * (log(most) - log(least))
        if exponent == 0 { return exp(mean) }
        if spread < 1 {
            let excess = logs.reduce(0) { $0 + expm1(exponent * ($1 - mean)) } / count
            return min(max(exp(mean + log1p(excess) / exponent), least), most)
        }
        let reference = exponent > 0 ? log(most) : log(least)
        let sum = logs.reduce(0) { $0 + exp(exponent * ($1 - reference)) }
        return min(max(exp(reference + log(sum / count) / exponent), least), most)
    }
}
