// Runs jobs, one at a time, until its task is cancelled.

import Foundation
import Logging
import Postgres

/// Carries out the jobs that its handlers are for.
public struct JobRunner: Sendable {
    let jobs: Jobs
    let handlers: [String: any JobHandler]
    let logger: Logger

    public init(database: Database, handlers: [any JobHandler], logger: Logger) {
        jobs = Jobs(database: database)
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { $1 }
        self.logger = logger
    }

    /// Works until the task is cancelled. A job in hand is given back; an unreachable database is waited for.
    public func run() async {
        let worker = UUID()
        await withTaskGroup(of: Void.self) { tasks in
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            wake.yield()
            tasks.addTask {
                while !Task.isCancelled {
                    do {
                        for try await _ in jobs.database.listen(Jobs.channel) { wake.yield() }
                    } catch {
                        logger.warning("jobs: listening failed", metadata: ["error": "\(error)"])
                    }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            // Leases run out without anybody announcing it.
            tasks.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(5))
                    wake.yield()
                }
                wake.finish()
            }
            tasks.addTask {
                for await _ in wakes {
                    do {
                        while !Task.isCancelled,
                            let job = try await jobs.claim(kinds: handlers.keys.sorted(), worker: worker)
                        {
                            await work(on: job, worker)
                        }
                    } catch is CancellationError {
                        return
                    } catch {
                        logger.warning("jobs: claiming one failed", metadata: ["error": "\(error)"])
                    }
                }
            }
            await tasks.waitForAll()
        }
    }

    private func work(on job: Job, _ worker: UUID) async {
        guard let handler = handlers[job.kind] else { return }
        let progress = JobProgress()
        do {
            let result = try await holdingLease(of: job, worker, progress) {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys]
                return String(decoding: try encoder.encode(try await handler.run(job, progress: progress)), as: UTF8.self)
            }
            try await Task { try await jobs.finish(job.id, worker: worker, with: result, progress.latest) }.value
        } catch is CancellationError {
            await end(job) { try await jobs.giveBack(job.id, worker: worker) }
        } catch {
            let isStopping = Task.isCancelled
            if !isStopping {
                logger.warning("a job failed", metadata: ["job": "\(job.id)", "kind": "\(job.kind)", "error": "\(error)"])
            }
            await end(job) {
                if isStopping { return try await jobs.giveBack(job.id, worker: worker) }
                try await jobs.fail(job.id, worker: worker, because: Self.sentence(for: error))
            }
        }
    }

    /// Stores how a job ended, even while the process is being stopped.
    private func end(_ job: Job, _ store: @escaping @Sendable () async throws -> Void) async {
        do {
            try await Task(operation: store).value
        } catch {
            logger.warning("jobs: the end of one was not stored", metadata: ["job": "\(job.id)", "error": "\(error)"])
        }
    }

    /// What whoever asked is shown; the inside of the server stays inside.
    private static func sentence(for error: any Error) -> String {
        switch error {
        case is PostgresError, is EncodingError, is DecodingError:
            "Something went wrong on the server; its log says what. Nothing was lost, please try again."
        default: "\(error)"
        }
    }

    /// Runs `body` while its progress is stored and its lease renewed; cancels it when the job is not this runner's any
    /// more, or is to be stopped.
    private func holdingLease<T: Sendable>(
        of job: Job, _ worker: UUID, _ progress: JobProgress, _ body: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { tasks in
            tasks.addTask { try await body() }
            tasks.addTask {
                while !Task.isCancelled {
                    try await Task.sleep(for: .milliseconds(500))
                    do {
                        guard try await jobs.report(progress.latest, of: job.id, worker: worker) else {
                            throw CancellationError()
                        }
                    } catch let error as PostgresError {
                        // Away for a moment; if it lasts, the lease runs out and the work is done anew.
                        logger.warning("jobs: progress was not stored", metadata: ["error": "\(error)"])
                    }
                }
                return nil
            }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
