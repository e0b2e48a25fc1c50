// What the head sees of an opinion and a statement.

/// The numbers that stand for an opinion and a statement, both projected on principal components o and c:
///
///     c,  o,  o∘c (component by component),  o·c / (|o| |c|)
///
/// Without the opinion, c alone: the baseline that is blind to who rates.
public struct PreferenceFeatures: Codable, Sendable, Equatable {
    public let components: PrincipalComponents
    /// False for the baseline.
    public let seesOpinion: Bool
    /// The mean and the standard deviation of each number over the training data, by which it is standardized.
    private(set) var means: [Double] = []
    private(set) var deviations: [Double] = []

    init(components: PrincipalComponents, seesOpinion: Bool) {
        self.components = components
        self.seesOpinion = seesOpinion
    }

    /// How many numbers there are.
    var count: Int { seesOpinion ? 3 * components.count + 1 : components.count }

    /// The numbers of a pair of projections, standardized once ``standardize(by:)`` has been called.
    func values(opinion: [Double], statement: [Double]) -> [Double] {
        var values = statement
        if seesOpinion {
            values += opinion
            var product = 0.0, ofOpinion = 0.0, ofStatement = 0.0
            for place in statement.indices {
                values.append(opinion[place] * statement[place])
                product += opinion[place] * statement[place]
                ofOpinion += opinion[place] * opinion[place]
                ofStatement += statement[place] * statement[place]
            }
            let lengths = (ofOpinion * ofStatement).squareRoot()
            values.append(lengths > 0 ? product / lengths : 0)
        }
        guard !means.isEmpty else { return values }
        for place in values.indices { values[place] = (values[place] - means[place]) / deviations[place] }
        return values
    }

    /// Takes the means and deviations of `rows`, which this gave.
    mutating func standardize(by rows: [[Double]]) {
        let total = Double(max(1, rows.count))
        var sums = [Double](repeating: 0, count: count), squares = sums
        for row in rows { for place in row.indices { sums[place] += row[place] } }
        let means = sums.map { $0 / total }
        for row in rows { for place in row.indices { squares[place] += (row[place] - means[place]) * (row[place] - means[place]) } }
        self.means = means
        deviations = squares.map { $0 > 0 ? ($0 / total).squareRoot() : 1 }
    }
}
