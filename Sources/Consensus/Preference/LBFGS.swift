// Minimizing a smooth function of many variables.

import Foundation

/// Limited-memory BFGS (Nocedal & Wright 2006, "Numerical Optimization", algorithms 7.4 and 7.5) with a backtracking line
/// search. Meant for convex functions, or nearly so.
enum LBFGS {
    private static let memory = 12

    /// - Parameter tolerance: how small the largest part of the gradient has to be. A step that gains less than a
    ///   hundred-thousandth of this, relative to the value, is the last one too.
    /// - Returns: where the function is least, or the best place after `iterations` steps.
    static func minimize(
        _ function: ([Double]) -> (value: Double, gradient: [Double]), from start: [Double], iterations: Int = 500,
        tolerance: Double = 1e-7
    ) -> [Double] {
        var place = start
        var (value, gradient) = function(place)
        var history: [(step: [Double], change: [Double], scale: Double)] = []
        for _ in 0..<iterations {
            guard (gradient.map(abs).max() ?? 0) > tolerance else { break }
            var direction = gradient
            var factors: [Double] = []
            for entry in history.reversed() {
                let factor = entry.scale * dot(entry.step, direction)
                factors.append(factor)
                add(-factor, entry.change, to: &direction)
            }
            if let last = history.last {
                let scale = dot(last.step, last.change) / dot(last.change, last.change)
                direction = direction.map { $0 * scale }
            }
            for (entry, factor) in zip(history, factors.reversed()) {
                add(factor - entry.scale * dot(entry.change, direction), entry.step, to: &direction)
            }
            var slope = -dot(direction, gradient)
            if slope >= 0 {
                history = []
                direction = gradient
                slope = -dot(gradient, gradient)
            }
            var length = history.isEmpty ? min(1, 1 / slope.magnitude.squareRoot()) : 1
            var next = place, nextValue = Double.infinity, nextGradient = gradient
            var found = false
            for _ in 0..<50 {
                next = place
                add(-length, direction, to: &next)
                (nextValue, nextGradient) = function(next)
                if nextValue <= value + 1e-4 * length * slope {
                    found = true
                    break
                }
                length /= 2
            }
            guard found else { break }
            let isLast = value - nextValue <= 1e-5 * tolerance * max(1, abs(value))
            let step = zip(next, place).map { $0 - $1 }, change = zip(nextGradient, gradient).map { $0 - $1 }
            let curvature = dot(step, change)
            if curvature > 1e-12 * dot(change, change).squareRoot() * dot(step, step).squareRoot() {
                history.append((step, change, 1 / curvature))
                if history.count > memory { history.removeFirst() }
            }
            (place, value, gradient) = (next, nextValue, nextGradient)
            if isLast { break }
        }
        return place
    }

    private static func dot(_ one: [Double], _ other: [Double]) -> Double {
        var sum = 0.0
        for place in one.indices { sum += one[place] * other[place] }
        return sum
    }

    private static func add(_ factor: Double, _ other: [Double], to vector: inout [Double]) {
        for place in vector.indices { vector[place] += factor * other[place] }
    }
}
