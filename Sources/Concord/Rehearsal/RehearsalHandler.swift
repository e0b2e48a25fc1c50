// Carries out rehearsals: a copy of the study, simulated people who know nothing but the HTTP API, and what came of it.

import Foundation
import Hummingbird
import Logging
import Postgres
import Server
import ServiceLifecycle
import Simulation
import Studies

/// Sends simulated people through a copy of a study. They meet a server of their own, on a port of this machine that nobody
/// else knows, over the same database; the statements are made by whoever makes all others.
struct RehearsalHandler: JobHandler {
    /// How long simulated people go on when nothing at all happens.
    private static let patience = Duration.seconds(900)

    let database: Database
    let pages: URL
    let migrations: Migrations
    let logger: Logger

    var kind: String { Rehearsal.kind }

    func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
        let parameters = try job.parameters(as: Rehearsal.Parameters.self)
        let study = try await StudyCatalog(database: database).study(named: job.study ?? "")
        let copies = StudyCopies(database: database)
        let copy = try await copies.make(of: study, for: .rehearsal, by: nil)
        let result: Result<Rehearsal.Report, any Error>
        do {
            result = .success(try await rehearse(copy, parameters, progress))
        } catch {
            result = .failure(error)
        }
        // Also when this was stopped.
        try await Task { try await copies.throwAway(copy.id) }.value
        return try result.get()
    }

    private func rehearse(
        _ copy: Study, _ parameters: Rehearsal.Parameters, _ progress: JobProgress
    ) async throws -> Rehearsal.Report {
        let tokens = Tokens(database: database)
        let name = StudyCopies.name(of: copy, for: .rehearsal)
        let token = try await tokens.create(.simulation, name: name)
        let begin = ContinuousClock.now
        let report: SimulationReport
        do {
            report = try await withServer { server in
                try await Simulation(
                    server: server, study: name, participants: parameters.people, seed: parameters.seed, token: token.text,
                    patience: Self.patience, habits: habits(parameters)
                ).run { moment in
                    let places = moment.peoplePerStep.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
                    progress.show(
                        moment.finished + moment.failed, of: moment.total, note: places.joined(separator: ", "))
                }
            }
        } catch {
            _ = try await Task { try await tokens.revoke(name: name) }.value
            throw error
        }
        _ = try await tokens.revoke(name: name)
        return Rehearsal.Report(
            parameters: parameters, version: copy.version, seconds: (ContinuousClock.now - begin) / .seconds(1),
            figures: try await Rehearsals(database: database).figures(of: copy), finished: report.finished,
            ended: Self.counts(report.ended), vanished: report.vanished,
            steps: report.medianSecondsPerStep.map { step, median in
                Rehearsal.Step(name: step, median: median, longest: report.longestSecondsPerStep[step] ?? median)
            }.sorted { Self.place(of: $0.name) < Self.place(of: $1.name) },
            broken: Self.counts(report.broken), failures: report.failures.map { "Person \($0.participant) \($0.reason)" })
    }

    private func habits(_ parameters: Rehearsal.Parameters) -> Habits {
        Habits(
            dropout: parameters.dropout, slow: parameters.pace == .people ? 1 : 0, listen: 1,
            arrivalsPerSecond: parameters.arrivalMinutes > 0
                ? Double(parameters.people) / (parameters.arrivalMinutes * 60) : nil)
    }

    /// The order in which people meet the steps.
    private static func place(of step: String) -> Int {
        let order = [
            "joining", "survey", "instructions", "comprehension", "lobby", "stance", "opinion", "waiting for opinions",
            "rating opinions", "waiting for statements", "rating", "waiting for ratings", "debriefing",
        ]
        return order.firstIndex(of: step) ?? order.count
    }

    private static func counts(_ numbers: [String: Int]) -> [Rehearsal.Count] {
        numbers.sorted { $0.key < $1.key }.map { Rehearsal.Count(name: $0.key, count: $0.value) }
    }

    /// Runs `body` with the address of a server that is there for as long.
    private func withServer<T: Sendable>(_ body: @escaping @Sendable (URL) async throws -> T) async throws -> T {
        let server = ConcordServer(
            configuration: .init(host: "127.0.0.1", port: 0, pages: pages), database: database, migrations: migrations,
            worker: nil, logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = try server.application { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)], logger: logger))
        return try await withThrowingTaskGroup(of: T?.self) { tasks in
            tasks.addTask {
                defer { port.finish() }
                try await group.run()
                return nil
            }
            tasks.addTask {
                for await number in ports {
                    guard let address = URL(string: "http://127.0.0.1:\(number)") else { break }
                    return try await body(address)
                }
                return nil
            }
            var result: T?
            do {
                while result == nil, let next = try await tasks.next() { result = next }
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            for try await _ in tasks {}
            guard let result else { throw CancellationError() }
            return result
        }
    }
}
