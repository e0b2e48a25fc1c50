// The directions in which encodings differ most.

import Foundation
import LanguageModel

/// A projection of encodings on their first principal components, each scaled to unit variance (whitening), so that no
/// direction counts for more because its numbers are larger.
public struct PrincipalComponents: Codable, Sendable, Equatable {
    let mean: [Double]
    /// Per component the direction, divided by the standard deviation along it.
    let directions: [[Double]]

    /// How many numbers a projection has.
    public var count: Int { directions.count }

    /// The first `count` components of `encodings`, or as many as there are, by orthogonal iteration on their covariance.
    public init(of encodings: [[Float]], count: Int) {
        let width = encodings.first?.count ?? 0, total = Double(max(1, encodings.count))
        var mean = [Double](repeating: 0, count: width)
        for encoding in encodings { for place in 0..<width { mean[place] += Double(encoding[place]) / total } }
        var covariance = [Double](repeating: 0, count: width * width)
        for encoding in encodings {
            let centred = (0..<width).map { Double(encoding[$0]) - mean[$0] }
            for row in 0..<width {
                let value = centred[row] / total
                for column in row..<width { covariance[row * width + column] += value * centred[column] }
            }
        }
        for row in 0..<width { for column in 0..<row { covariance[row * width + column] = covariance[column * width + row] } }

        var generator = SplitMix64(seed: 2_211_150_06)
        var basis = (0..<min(count, width, max(0, encodings.count - 1))).map { _ in
            (0..<width).map { _ in generator.unit() - 0.5 }
        }
        Self.orthonormalize(&basis)
        for _ in 0..<60 {
            basis = basis.map { Self.multiply(covariance, $0) }
            Self.orthonormalize(&basis)
        }
        let variances = basis.map { direction in zip(direction, Self.multiply(covariance, direction)).reduce(0) { $0 + $1.0 * $1.1 } }
        let largest = variances.max() ?? 0
        self.mean = mean
        directions = zip(basis, variances).filter { $1 > largest * 1e-9 && $1 > 0 }
            .map { direction, variance in direction.map { $0 / variance.squareRoot() } }
    }

    func project(_ encoding: [Float]) -> [Double] {
        let centred = encoding.enumerated().map { Double($1) - mean[$0] }
        return directions.map { direction in
            var sum = 0.0
            for place in centred.indices { sum += direction[place] * centred[place] }
            return sum
        }
    }

    private static func multiply(_ matrix: [Double], _ vector: [Double]) -> [Double] {
        let width = vector.count
        return matrix.withUnsafeBufferPointer { matrix in
            (0..<width).map { row in
                var sum = 0.0
                for column in 0..<width { sum += matrix[row * width + column] * vector[column] }
                return sum
            }
        }
    }

    /// Gram–Schmidt, twice, which is enough.
    private static func orthonormalize(_ basis: inout [[Double]]) {
        for index in basis.indices {
            for _ in 0..<2 {
                for earlier in 0..<index {
                    let overlap = zip(basis[index], basis[earlier]).reduce(0) { $0 + $1.0 * $1.1 }
                    for place in basis[index].indices { basis[index][place] -= overlap * basis[earlier][place] }
                }
            }
            let length = basis[index].reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 0 { basis[index] = basis[index].map { $0 / length } }
        }
    }
}
