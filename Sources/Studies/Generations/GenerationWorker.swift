// The worker: claims jobs, makes statements, until its task is cancelled.

import Consensus
import Foundation
import LanguageModel
import Logging
import Postgres

/// Makes the statements that studies wait for, one after another, with the model that it was given and those that studies
/// name.
public struct GenerationWorker: Sendable {
    let queue: GenerationQueue
    let database: Database
    let shelf: ModelShelf
    let logger: Logger

    public init(database: Database, model: LanguageModel, logger: Logger) {
        self.queue = GenerationQueue(database: database)
        self.database = database
        self.shelf = ModelShelf(standard: model, database: database)
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
            let meter = GenerationMeter()
            let made = try await holdingLease(of: job, progress: { meter.latest.share }) { try await make(job, meter) }
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

    private func make(_ job: GenerationJob, _ meter: GenerationMeter) async throws -> MadeStatements {
        var generator = SplitMix64(seed: job.seed)
        func draw<Element>(_ elements: [Element]) -> [Element] {
            var drawn = elements
            generator.shuffle(&drawn)
            return Array(drawn.prefix(job.condition.statements))
        }
        switch job.condition.source {
        case .humanOpinion:
            let shown = job.opinions.filter(\.mayBeShown)
            guard !shown.isEmpty else { throw GenerationError.noOpinions }
            guard job.condition.select.isByWelfare, let welfare = job.alpha.flatMap(Welfare.init) else {
                return .opinions(draw(shown))
            }
            let (agreements, model) = try await agreementsWithOpinions(of: job)
            let ranking = Ranking(agreements, by: welfare, breakingTiesWith: &generator)
            func id(_ place: Int) -> String { job.opinions[place].participantID.uuidString.lowercased() }
            let choice = OpinionChoice(
                preferenceModel: model,
                agreements: Dictionary(uniqueKeysWithValues: job.opinions.indices.map { author in
                    (id(author), Dictionary(uniqueKeysWithValues: job.opinions.indices.compactMap { member in
                        agreements[member][author].map { (id(member), $0) }
                    }))
                }),
                welfare: Dictionary(uniqueKeysWithValues: (ranking.welfares ?? []).enumerated()
                    .filter { !$1.isNaN }.map { (id($0), $1) }))
            return .opinions(
                ranking.order.map { job.opinions[$0] }.filter(\.mayBeShown).prefix(job.condition.statements).map(\.self),
                choice: choice)
        case .positionStatement:
            return .positionStatements(draw(job.positionStatements))
        case .model:
            let model = try await shelf.generator(job.condition.model)
            let selection = try selection(of: job)
            let preference = selection.needsPredictions ? try await preference(of: job) : nil
            let brief = Brief(
                question: job.question, opinions: job.opinions.map(\.text), template: try template(of: job, for: model),
                candidates: job.condition.candidates, statements: job.condition.statements, selection: selection,
                sampling: job.condition.sampling ?? .statement, seed: job.seed)
            let mediator = Mediator(model: model, preference: preference?.predictor)
            return .draft(try await mediator.draft(brief) { meter.latest = $0 }, preferenceModel: preference?.model.id)
        }
    }

    private func selection(of job: GenerationJob) throws -> CandidateSelection {
        switch job.condition.select {
        case .welfare:
            guard let welfare = job.alpha.flatMap(Welfare.init) else { throw GenerationError.noAlpha }
            return .welfare(welfare)
        case .schulze: return .schulze
        case .random: return .random
        case .first, .predictedWelfare, .actualWelfare: return .first
        }
    }

    private func template(of job: GenerationJob, for model: LanguageModel) throws -> PromptTemplate {
        let name = job.condition.prompt ?? ""
        let template = if let own = job.prompts.first(where: { $0.name == name }) {
            try own.template()
        } else {
            try PromptTemplate.named(name, form: model.chats ? .chat : .text)
        }
        return template.withExamples(drawnBy: job.examplesSeed)
    }

    private func preference(
        of job: GenerationJob
    ) async throws -> (predictor: any AgreementPredictor, model: RegisteredModel) {
        guard let name = job.preferenceModel else { throw MediatorError.noPreferenceModel }
        return try await shelf.predictor(name)
    }

    /// How much each member agrees with each other's opinion, predicted or as they said, and the model that predicted it.
    /// - Returns: a row per member, a column per opinion; nil for one's own, and where a member did not say.
    private func agreementsWithOpinions(of job: GenerationJob) async throws -> ([[Double?]], UUID?) {
        guard job.condition.select == .predictedWelfare else {
            let said = try await database.query(
                """
                SELECT a.participant_id, o.participant_id, a.agreement
                FROM opinion_ratings a JOIN opinions o ON o.id = a.opinion_id
                WHERE a.round_id = \(job.roundID) AND a.agreement IS NOT NULL
                """, as: (UUID, UUID, Int16).self)
            return (
                job.opinions.map { member in
                    job.opinions.map { author in
                        said.first { $0.0 == member.participantID && $0.1 == author.participantID }.map { Double($0.2) }
                    }
                }, nil
            )
        }
        let (predictor, model) = try await preference(of: job)
        let texts = job.opinions.map(\.text)
        let predicted = try await predictor.agreements(question: job.question, opinions: texts, statements: texts)
        return (
            predicted.enumerated().map { member, row in
                row.enumerated().map { author, agreement in member == author ? nil : agreement }
            }, model.id
        )
    }

    /// Does `work` while renewing the lease every second; stops it when the lease was lost.
    private func holdingLease<Value: Sendable>(
        of job: GenerationJob, progress: @escaping @Sendable () -> Double,
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { tasks in
            tasks.addTask { try await work() }
            tasks.addTask {
                while true {
                    try await Task.sleep(for: .seconds(1))
                    do {
                        guard try await queue.renew(job, share: progress()) else { return nil }
                    } catch let error as PostgresError {
                        // The database is away for a moment; the lease may yet hold.
                        logger.warning("worker: a lease was not renewed", metadata: ["error": "\(error)"])
                    }
                }
            }
            defer { tasks.cancelAll() }
            guard let first = try await tasks.next(), let value = first else { throw GenerationError.leaseLost }
            return value
        }
    }
}
