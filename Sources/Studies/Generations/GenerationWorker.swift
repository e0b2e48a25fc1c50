// The worker: claims jobs, makes statements, until its task is cancelled.

import Consensus
import Foundation
import LanguageModel
import Logging
import Postgres

/// Makes the statements that studies wait for, one after another, with one language model.
public struct GenerationWorker: Sendable {
    let queue: GenerationQueue
    let database: Database
    let mediator: Mediator
    let logger: Logger

    public init(database: Database, model: LanguageModel, logger: Logger) {
        self.queue = GenerationQueue(database: database)
        self.database = database
        self.mediator = Mediator(model: model)
        self.logger = logger
    }

    /// Works until the task is cancelled. An unreachable database is waited for. A job in hand is given back.
    public func run() async {
        let workerID = UUID()
        await withTaskGroup(of: Void.self) { tasks in
            let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            wake.yield()
            tasks.addTask {
                while !Task.isCancelled {
                    do {
                        for try await _ in database.listen(GenerationQueue.channel) { wake.yield() }
                    } catch {
                        logger.warning("worker: listening for jobs failed", metadata: ["error": "\(error)"])
                    }
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            // Leases run out without anybody announcing it.
            tasks.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .seconds(3))
                    wake.yield()
                }
                wake.finish()
            }
            tasks.addTask {
                for await _ in wakes {
                    do {
                        while !Task.isCancelled, let job = try await queue.claim(worker: workerID) {
                            await work(on: job)
                        }
                    } catch is CancellationError {
                        return
                    } catch {
                        logger.warning("worker: claiming a job failed", metadata: ["error": "\(error)"])
                    }
                }
            }
            await tasks.waitForAll()
        }
    }

    private func work(on job: GenerationJob) async {
        do {
            let made = try await make(job)
            // What has been made is stored even while the worker is being stopped.
            let stored = try await Task { try await queue.finish(job, with: made) }.value
            if !stored {
                logger.notice("worker: a job had passed to another worker", metadata: ["generation": "\(job.id)"])
            }
        } catch {
            let isStopping = Task.isCancelled
            if !isStopping {
                logger.error(
                    "worker: a generation failed", metadata: ["generation": "\(job.id)", "error": "\(error)"])
            }
            await Task {
                do {
                    if isStopping {
                        try await queue.release(job)
                    } else {
                        try await queue.fail(job, because: "\(error)")
                    }
                } catch {
                    logger.warning("worker: a job is left to its lease", metadata: ["error": "\(error)"])
                }
            }.value
        }
    }

    private func make(_ job: GenerationJob) async throws -> MadeStatements {
        var generator = SplitMix64(seed: job.seed)
        func draw<Element>(_ elements: [Element]) -> [Element] {
            var drawn = elements
            generator.shuffle(&drawn)
            return Array(drawn.prefix(job.condition.statements))
        }
        switch job.condition.source {
        case .humanOpinion:
            guard !job.opinions.isEmpty else { throw GenerationError.noOpinions }
            return .opinions(draw(job.opinions))
        case .positionStatement:
            return .positionStatements(draw(job.positionStatements))
        case .model:
            let brief = Brief(
                question: job.question, opinions: job.opinions.map(\.text),
                template: try PromptTemplate.named(job.condition.prompt ?? ""),
                candidates: job.condition.candidates, statements: job.condition.statements,
                choosesAtRandom: job.condition.select == .random, sampling: job.condition.sampling ?? .statement, seed: job.seed)
            return .draft(try await draft(brief, for: job))
        }
    }

    /// Drafts while renewing the lease every second; stops drafting when the lease was lost.
    private func draft(_ brief: Brief, for job: GenerationJob) async throws -> Draft {
        let meter = GenerationMeter()
        return try await withThrowingTaskGroup(of: Draft?.self) { tasks in
            tasks.addTask {
                try await mediator.draft(brief) { meter.latest = $0 }
            }
            tasks.addTask {
                while true {
                    try await Task.sleep(for: .seconds(1))
                    let progress = meter.latest
                    do {
                        guard try await queue.renew(job, share: progress.share) else { return nil }
                    } catch let error as PostgresError {
                        // The database is away for a moment; the lease may yet hold.
                        logger.warning("worker: a lease was not renewed", metadata: ["error": "\(error)"])
                    }
                }
            }
            defer { tasks.cancelAll() }
            guard let first = try await tasks.next(), let draft = first else { throw GenerationError.leaseLost }
            return draft
        }
    }
}
