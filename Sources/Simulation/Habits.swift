// How people of a run behave, other than well.

/// Shares of people, 0 to 1, who do what people do.
public struct Habits: Sendable, Equatable {
    /// Close the page at some step and never come back.
    public var dropout: Double
    /// Take ``slowness`` seconds for each answer.
    public var slow: Double
    /// Send every answer twice at the same time, as a double click or two tabs do.
    public var doubleSubmit: Double
    /// At each step: wander off in one of the ways of ``Wandering``, and come back.
    public var wander: Double
    /// How many come per second; all at once if nil.
    public var arrivalsPerSecond: Double?
    /// How long slow people take for an answer, in seconds.
    public var slowness: ClosedRange<Double>
    /// How long people who leave a page stay away, in seconds.
    public var absence: ClosedRange<Double>

    public init(
        dropout: Double = 0, slow: Double = 0, doubleSubmit: Double = 0, wander: Double = 0, arrivalsPerSecond: Double? = nil,
        slowness: ClosedRange<Double> = 15...45, absence: ClosedRange<Double> = 3...20
    ) {
        self.dropout = dropout
        self.slow = slow
        self.doubleSubmit = doubleSubmit
        self.arrivalsPerSecond = arrivalsPerSecond
        self.slowness = slowness
        self.wander = wander
        self.absence = absence
    }

    /// What one person does.
    struct OfOne: Sendable {
        /// How many steps the person takes before they are never seen again; nil for somebody who stays.
        var stepsUntilGone: Int?
        var slowness: ClosedRange<Double>?
        var isDoubleSubmitting: Bool
        var wander: Double
        var absence: ClosedRange<Double>
        /// When the person comes, from the beginning of the run.
        var arrival: Duration
    }

    /// The habits of person `number`; the same for the same seed.
    func ofPerson(_ number: Int, seed: UInt64) -> OfOne {
        var fate = SplitMix64(seed: seed, for: "dropout", "\(number)")
        var pace = SplitMix64(seed: seed, for: "slow", "\(number)")
        var hand = SplitMix64(seed: seed, for: "double", "\(number)")
        return OfOne(
            stepsUntilGone: fate.unit() < dropout ? fate.below(12) : nil,
            slowness: pace.unit() < slow ? slowness : nil, isDoubleSubmitting: hand.unit() < doubleSubmit,
            wander: wander, absence: absence,
            arrival: arrivalsPerSecond.map { .seconds(Double(number - 1) / $0) } ?? .zero)
    }
}
