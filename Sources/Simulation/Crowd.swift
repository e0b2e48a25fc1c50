// What the people of a run have in common: how far everybody is, and when something last happened.

/// Keeps count for a run. Patience is shared: as long as anything happens to anybody, nobody gives up, because a group
/// may be waiting for its turn while statements are made for others.
actor Crowd {
    private let total: Int
    private let patience: Duration
    private let progress: @Sendable (SimulationProgress) -> Void
    private let clock = ContinuousClock()

    private var lastNews: ContinuousClock.Instant
    private var steps: [Int: (name: String, since: ContinuousClock.Instant)] = [:]
    private var durations: [String: [Duration]] = [:]
    private var peoplePerStep: [String: Int]
    private var answers = 0
    private var finished = 0
    private var vanished = 0
    private var wanderings: [String: Int] = [:]
    private var broken: [String: Int] = [:]
    private var heard = 0
    private var ended: [String: Int] = [:]
    private var failures: [SimulationReport.Failure] = []

    static let firstStep = "joining"

    init(total: Int, patience: Duration, progress: @escaping @Sendable (SimulationProgress) -> Void) {
        self.total = total
        self.patience = patience
        self.progress = progress
        lastNews = clock.now
        peoplePerStep = [Self.firstStep: total]
    }

    /// Whether something has happened lately.
    var isPatient: Bool {
        clock.now - lastNews < patience
    }

    /// The server has shown a person something new.
    func news() {
        lastNews = clock.now
    }

    func answered() {
        answers += 1
        lastNews = clock.now
    }

    /// A person has come to a step.
    func enter(_ step: String, participant: Int) {
        leave(participant)
        steps[participant] = (step, clock.now)
        peoplePerStep[step, default: 0] += 1
        lastNews = clock.now
        tell()
    }

    /// Something has happened to somebody that ought not to.
    func note(_ breakage: Breakage) {
        broken[breakage.rawValue, default: 0] += 1
    }

    /// Somebody who listens has been told of a change.
    func hear() {
        heard += 1
    }

    /// Somebody has left the straight way.
    func wander(_ kind: Wandering) {
        wanderings[kind.rawValue, default: 0] += 1
        lastNews = clock.now
    }

    func finish(participant: Int, _ end: Journey.End) {
        leave(participant, counts: end != .vanished)
        switch end {
        case .finished: finished += 1
        case .ended(let reason): ended[reason, default: 0] += 1
        case .vanished: vanished += 1
        }
        lastNews = clock.now
        tell()
    }

    func fail(participant: Int, reason: String) {
        // The time of somebody who gave up says how patient they were, not how long the step takes.
        leave(participant, counts: false)
        failures.append(.init(participant: participant, reason: reason))
        tell()
    }

    var report: SimulationReport {
        SimulationReport(
            participants: total, finished: finished, ended: ended, vanished: vanished, answers: answers,
            medianSecondsPerStep: durations.compactMapValues(Self.medianSeconds),
            longestSecondsPerStep: durations.compactMapValues { $0.max().map { $0 / .seconds(1) } },
            heard: heard, broken: broken, wanderings: wanderings,
            failures: failures.sorted { $0.participant < $1.participant })
    }

    private func leave(_ participant: Int, counts: Bool = true) {
        let step = steps.removeValue(forKey: participant)
        let name = step?.name ?? Self.firstStep
        let people = peoplePerStep[name, default: 0] - 1
        peoplePerStep[name] = people > 0 ? people : nil
        if let step, counts { durations[name, default: []].append(clock.now - step.since) }
    }

    private func tell() {
        progress(
            SimulationProgress(
                finished: finished + vanished + ended.values.reduce(0, +), failed: failures.count, total: total, peoplePerStep: peoplePerStep))
    }

    private static func medianSeconds(_ durations: [Duration]) -> Double? {
        guard !durations.isEmpty else { return nil }
        let sorted = durations.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / .seconds(2)
    }
}
