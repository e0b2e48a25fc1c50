// Where numbers lie in a figure.

import Foundation

/// A horizontal scale with marks at round numbers.
struct Axis {
    let low: Double
    let high: Double
    let marks: [Double]
    let digits: Int

    /// From `low` to `high`, marked at every `step`.
    init(from low: Double, to high: Double, step: Double, digits: Int = 0) {
        self.low = low
        self.high = high
        self.digits = digits
        marks = stride(from: low, through: high + step / 1_000, by: step).map { $0 }
    }

    /// Around these numbers, with four to ten marks.
    init(around values: [Double]) {
        let finite = values.filter(\.isFinite)
        let low = finite.min() ?? 0, high = max(finite.max() ?? 1, (finite.min() ?? 0) + 1e-6)
        let rough = (high - low) / 5, power = pow(10, floor(log10(rough)))
        let step = ([1, 2, 5].map { $0 * power }.first { $0 >= rough }) ?? 10 * power
        self.init(
            from: floor(low / step) * step, to: ceil(high / step) * step, step: step,
            digits: max(0, Int(-floor(log10(step)))))
    }

    /// The place of `value` between `left` and `right`.
    func place(_ value: Double, left: Double, right: Double) -> Double {
        left + (value - low) / (high - low) * (right - left)
    }
}
