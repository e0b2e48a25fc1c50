// How predicted and given agreement go together in one group, as sums.

/// The ratings of one group that a preference model had predicted.
public struct PredictionTally: Sendable, Equatable {
    /// The group's number, from 0.
    public var group: Int
    public var ratings: Double
    /// Pairs of statements that a member rated differently in one round, and how many of them the model had in that order;
    /// a tie of predictions counts one half.
    public var comparisons: Double
    public var right: Double
    /// The sum of predicted minus given agreement, and of its size.
    public var error: Double
    public var absoluteError: Double
    /// Sums over the ranks of predictions x and of ratings y among all ratings, less the mean rank.
    public var x: Double
    public var y: Double
    public var xx: Double
    public var yy: Double
    public var xy: Double

    public init(
        group: Int, ratings: Double, comparisons: Double, right: Double, error: Double, absoluteError: Double,
        x: Double, y: Double, xx: Double, yy: Double, xy: Double
    ) {
        self.group = group
        self.ratings = ratings
        self.comparisons = comparisons
        self.right = right
        self.error = error
        self.absoluteError = absoluteError
        self.x = x
        self.y = y
        self.xx = xx
        self.yy = yy
        self.xy = xy
    }
}
