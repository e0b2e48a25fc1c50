// How likely it is that something goes wrong before its deadline. Pure: how it stands, in; how much to worry, out.

/// The risk of a group's present phase, or of one person's present stage, against the deadline that is really stored.
public struct WatchRisk: Codable, Sendable, Equatable {
    /// How much to worry.
    public enum Level: String, Codable, Sendable, CaseIterable, Comparable {
        case calm, attention, urgent
        /// The deadline has passed and nobody was moved on: something is wrong with the servers.
        case stuck

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        public static func < (one: Level, other: Level) -> Bool { one.rank < other.rank }
    }

    /// How something stands.
    public struct Situation: Sendable, Equatable {
        /// Until the deadline, below 0 when it has passed; nil where there is none.
        public var secondsLeft: Double?
        /// From the beginning of the phase to its deadline, with all extensions.
        public var secondsInAll: Double?
        /// Members who are there, and how many the group needs to go on. For one person by themselves, 1 and 0.
        public var present: Int
        public var minimum: Int
        /// Of those who are there, whom the group waits for, and how many of these show no sign of themselves.
        public var waitedFor: Int
        public var idle: Int
        /// Statements in the making, which of them take more than half of the time that they may, and which failed.
        public var openGenerations: Int
        public var lateGenerations: Int
        public var failedGenerations: Int
        /// How long the statements still take, at the speed of late; nil where that is not known.
        public var secondsForStatements: Double?
        /// Texts that the group waits for an admin to decide about.
        public var pendingReviews: Int

        public init(
            secondsLeft: Double?, secondsInAll: Double?, present: Int = 1, minimum: Int = 0, waitedFor: Int = 0, idle: Int = 0,
            openGenerations: Int = 0, lateGenerations: Int = 0, failedGenerations: Int = 0, secondsForStatements: Double? = nil,
            pendingReviews: Int = 0
        ) {
            self.secondsLeft = secondsLeft
            self.secondsInAll = secondsInAll
            self.present = present
            self.minimum = minimum
            self.waitedFor = waitedFor
            self.idle = idle
            self.openGenerations = openGenerations
            self.lateGenerations = lateGenerations
            self.failedGenerations = failedGenerations
            self.secondsForStatements = secondsForStatements
            self.pendingReviews = pendingReviews
        }

        /// The share of the time that is left, 0 to 1; 1 where there is no deadline.
        var shareLeft: Double {
            guard let secondsLeft, let secondsInAll, secondsInAll > 0 else { return secondsLeft == nil ? 1 : 0 }
            return min(1, max(0, secondsLeft / secondsInAll))
        }

        /// Whether the group would end if those who show no sign of themselves do not come back.
        var mayEnd: Bool { idle > 0 && minimum > 0 && present - idle < minimum }

        /// Whether something is still awaited before the deadline.
        var isPending: Bool { waitedFor > 0 || openGenerations > 0 || pendingReviews > 0 }
    }

    /// Servers act on deadlines every second; one that is so much over, in seconds, will not be acted on by itself.
    static let grace = 10.0

    public let level: Level
    /// Why, in short sentences, what weighs most first.
    public let reasons: [String]
    /// The order within a level: the share of the time that is used, and the share of those waited for who are idle.
    public let weight: Double

    /// - Stuck: the deadline passed more than 10 seconds ago.
    /// - Urgent: the group would end without those who are idle, and less than half of the time is left; or less than a
    ///   quarter is left and somebody is idle; or statements will not be ready in time at the present speed; or less than
    ///   half of the time is left and texts wait for an admin, without whom they are not shown.
    /// - Attention: somebody is idle; or less than a quarter is left and something is awaited; or a statement failed, or
    ///   takes more than half of its time; or texts wait for an admin. One person by themselves, whom no group waits for, is
    ///   never more than that.
    /// - Calm: anything else.
    public init(_ situation: Situation) {
        let share = situation.shareLeft
        var found: [(level: Level, reason: String)] = []
        func find(_ level: Level, _ reason: String) { found.append((level, reason)) }
        if let left = situation.secondsLeft, left < -Self.grace {
            find(.stuck, "The deadline has passed, and no server has acted on it.")
        }
        if situation.mayEnd {
            find(
                share < 0.5 ? .urgent : .attention,
                "The group ends if \(situation.idle == 1 ? "the idle member does" : "the \(situation.idle) idle members do") not come back.")
        } else if situation.idle > 0 {
            find(share < 0.25 ? .urgent : .attention, situation.minimum == 0
                ? "Nobody seems to be at the page." : "\(situation.idle) of \(situation.waitedFor) waited for \(situation.idle == 1 ? "is" : "are") idle.")
        }
        if let needed = situation.secondsForStatements, let left = situation.secondsLeft, situation.openGenerations > 0,
            needed > max(left, 0)
        {
            find(.urgent, "At the present speed the statements are not ready in time.")
        }
        if situation.pendingReviews > 0 {
            find(
                share < 0.5 ? .urgent : .attention,
                "The group waits for an admin to review \(situation.pendingReviews == 1 ? "a text" : "\(situation.pendingReviews) texts").")
        }
        if situation.failedGenerations > 0 {
            find(.attention, situation.failedGenerations == 1
                ? "One condition has failed in this round." : "\(situation.failedGenerations) conditions have failed in this round.")
        }
        if situation.lateGenerations > 0 { find(.attention, "A statement takes more than half of its time.") }
        if share < 0.25, situation.isPending { find(.attention, "Less than a quarter of the time is left.") }
        if situation.minimum == 0 {
            found = found.map { ($0.level == .urgent ? .attention : $0.level, $0.reason) }
        }
        // Those of one level stay as they are above.
        let sorted = found.enumerated().sorted { ($1.element.level, $0.offset) < ($0.element.level, $1.offset) }
        level = sorted.first?.element.level ?? .calm
        reasons = sorted.map(\.element.reason)
        let idle = situation.waitedFor > 0 ? Double(situation.idle) / Double(situation.waitedFor) : 0
        weight = situation.isPending ? (1 - share) + idle : 0
    }

    /// Whether this comes before `other` in a list of what to look at first.
    public func isWorse(than other: WatchRisk) -> Bool {
        (level, weight) > (other.level, other.weight)
    }
}
