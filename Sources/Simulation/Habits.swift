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
    /// Choose to stop at some step; half of them have their answers deleted.
    public var stop: Double
    /// Wait by listening to the server's events, as pages do, not by asking again and again.
    public var listen: Double
    /// How many come per second, at times drawn at random; all at once if nil.
    public var arrivalsPerSecond: Double?
    /// How long slow people take for an answer, in seconds.
    public var slowness: ClosedRange<Double>
    /// How long people who leave a page stay away, in seconds.
    public var absence: ClosedRange<Double>

    public init(
        dropout: Double = 0, slow: Double = 0, doubleSubmit: Double = 0, wander: Double = 0, stop: Double = 0, listen: Double = 0,
        arrivalsPerSecond: Double? = nil,
        slowness: ClosedRange<Double> = 15...45, absence: ClosedRange<Double> = 3...20
    ) {
        self.dropout = dropout
        self.slow = slow
        self.doubleSubmit = doubleSubmit
        self.arrivalsPerSecond = arrivalsPerSecond
        self.slowness = slowness
        self.wander = wander
        self.stop = stop
        self.listen = listen
        self.absence = absence
    }

    /// What one person does.
    public struct OfOne: Sendable, Equatable {
        /// How many steps the person takes before they are never seen again; nil for somebody who stays.
        public var stepsUntilGone: Int?
        /// How many steps the person takes before they choose to stop; nil for somebody who does not.
        public var stepsUntilStop: Int?
        /// Whether they then have their answers deleted.
        public var isDeleting: Bool
        public var slowness: ClosedRange<Double>?
        public var isDoubleSubmitting: Bool
        public var isListening: Bool
        public var wander: Double
        public var absence: ClosedRange<Double>
        /// When the person comes, from the beginning of the run.
        public var arrival: Duration
    }

    /// The habits of person `number` of `total`; the same for the same seed.
    public func ofPerson(_ number: Int, of total: Int, seed: UInt64) -> OfOne {
        var fate = SplitMix64(seed: seed, for: "dropout", "\(number)")
        var pace = SplitMix64(seed: seed, for: "slow", "\(number)")
        var hand = SplitMix64(seed: seed, for: "double", "\(number)")
        var will = SplitMix64(seed: seed, for: "stop", "\(number)")
        var ear = SplitMix64(seed: seed, for: "listen", "\(number)")
        var clock = SplitMix64(seed: seed, for: "arrival", "\(number)")
        return OfOne(
            stepsUntilGone: fate.unit() < dropout ? fate.below(12) : nil,
            stepsUntilStop: will.unit() < stop ? will.below(12) : nil, isDeleting: will.unit() < 0.5,
            slowness: pace.unit() < slow ? slowness : nil, isDoubleSubmitting: hand.unit() < doubleSubmit,
            isListening: ear.unit() < listen, wander: wander, absence: absence,
            arrival: arrivalsPerSecond.map { .seconds(clock.unit() * Double(total) / $0) } ?? .zero)
    }
}
