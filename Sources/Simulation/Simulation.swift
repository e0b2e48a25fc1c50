// Simulated people take a study through the server's public HTTP API.

import AsyncHTTPClient
import Foundation

/// A run of simulated people through a study, all at the same time and each on their own.
public struct Simulation: Sendable {
    private let server: URL
    private let study: String
    private let participants: Int
    private let seed: UInt64
    private let token: String
    private let patience: Duration
    private let habits: Habits

    /// - Parameters:
    ///   - server: the server's address, `http` or `https`.
    ///   - study: the study's name.
    ///   - participants: how many people, at least 0.
    ///   - seed: with the same seed, person n is the same person in every run.
    ///   - token: a simulation token of the server's.
    ///   - patience: how long people go on when nothing at all happens, to any of them: while they wait, and while
    ///     the server is away.
    ///   - habits: how people behave.
    public init(
        server: URL, study: String, participants: Int, seed: UInt64, token: String, patience: Duration,
        habits: Habits = Habits()
    ) {
        self.server = server
        self.study = study
        self.participants = max(0, participants)
        self.seed = seed
        self.token = token
        self.patience = patience
        self.habits = habits
    }

    /// Person `number` of a run, counted from 1.
    public static func person(_ number: Int, seed: UInt64) -> SimulatedPerson {
        var generator = SplitMix64(seed: seed, for: "person", "\(number)")
        return SimulatedPerson(seed: generator.next())
    }

    /// Takes everybody through the study.
    ///
    /// A server that is away or answers with an error is asked the same again, with pauses of up to a second, until
    /// patience runs out. A request that the server refuses ends that person's part.
    /// - Parameters:
    ///   - onAnswer: is awaited after every answer that the server has acknowledged, before the same person goes on.
    ///     Several people may be in it at the same time.
    ///   - progress: is told whenever somebody moves.
    /// - Returns: what came of it, failures included.
    /// - Throws: ``SimulationError`` when the run cannot begin, `CancellationError`.
    public func run(
        onAnswer: (@Sendable (AcknowledgedAnswer) async -> Void)? = nil,
        progress: @escaping @Sendable (SimulationProgress) -> Void
    ) async throws -> SimulationReport {
        guard ["http", "https"].contains(server.scheme), server.host() != nil else {
            throw SimulationError.badServer(server.absoluteString)
        }
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)))
        // Whoever listens has a connection to themselves.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit =
            32 + Int((habits.listen * Double(participants)).rounded(.up))
        // A server that is away is noticed and asked again here, where patience is known.
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let crowd = Crowd(total: participants, patience: patience, progress: progress)
        do {
            try await sendEverybody(through: client, crowd, onAnswer)
        } catch {
            try? await client.shutdown()
            throw error
        }
        try? await client.shutdown()
        return await crowd.report
    }

    private func sendEverybody(
        through client: HTTPClient, _ crowd: Crowd, _ onAnswer: (@Sendable (AcknowledgedAnswer) async -> Void)?
    ) async throws {
        // However many wait, they look at most a hundred times a second in all.
        let interval = max(.milliseconds(250), .milliseconds(10) * participants)
        let timeout = max(.milliseconds(100), min(.seconds(30), patience))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 1..<(participants + 1) {
                let visitor = Visitor(
                    client: client, server: server, crowd: crowd, timeout: timeout,
                    jitter: SplitMix64(seed: seed, for: "jitter", "\(number)"))
                let habits = habits.ofPerson(number, of: participants, seed: seed)
                group.addTask {
                    try await Task.sleep(for: habits.arrival)
                    await crowd.news()
                    var journey = Journey(
                        participant: number, person: Self.person(number, seed: seed), crowd: crowd,
                        interval: interval, visitor: visitor, habits: habits, onAnswer: onAnswer)
                    do {
                        await crowd.finish(participant: number, try await journey.run(study: study, token: token))
                    } catch let error as JourneyError {
                        await crowd.fail(participant: number, reason: error.description)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
