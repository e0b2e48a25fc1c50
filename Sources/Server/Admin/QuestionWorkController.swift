// What models do to question sets, and what people decide about it: written questions, screening, topics.

import Consensus
import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of proposals, flags and clusterings. The work itself is a job.
struct QuestionWorkController {
    let sets: QuestionSets
    let proposals: QuestionProposals
    let flags: QuestionFlags
    let clusterings: QuestionClusterings
    let jobs: Jobs
    let log: AuditLog

    init(database: Database) {
        sets = QuestionSets(database: database)
        proposals = QuestionProposals(database: database)
        flags = QuestionFlags(database: database)
        clusterings = QuestionClusterings(database: database)
        jobs = Jobs(database: database)
        log = AuditLog(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("question-sets/:set")
            .post("writings", use: write)
            .get("proposals", use: listProposals)
            .post("proposals/:id/accept", use: accept)
            .post("proposals/:id/reject", use: reject)
            .post("screenings", use: screen)
            .get("flags", use: listFlags)
            .post("flags/:id", use: decide)
            .delete("flags/:id", use: reopen)
            .post("clusterings", use: cluster)
            .get("clustering", use: newestClustering)
            .post("clusterings/:id/use", use: useClustering)
    }

    /// A job that was asked for.
    private struct Asked: ResponseEncodable {
        let job: UUID
    }

    // MARK: - Written questions

    private struct Wanted: Decodable {
        let keys: [String]
        let count: Int
        let seed: UInt64?
    }

    private func write(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Asked> {
        let user = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Wanted.self, context: context)
        guard (1...200).contains(body.count) else {
            throw QuestionSetError.badQuestion("choose a number of questions from 1 to 200")
        }
        guard !body.keys.isEmpty else { throw QuestionSetError.noSeeds }
        if let seed = body.seed { try QuestionSets.checked(seed) }
        let known = Set(try await sets.questions(of: set).map(\.key))
        if let unknown = body.keys.first(where: { !known.contains($0) }) {
            throw QuestionSetError.unknownQuestion(unknown, set: set)
        }
        let parameters = QuestionWritingJob.Parameters(
            set: set, keys: body.keys, count: body.count, seed: body.seed ?? UInt64.random(in: 0..<(1 << 32)))
        let job = try await jobs.ask(for: QuestionWritingJob.kind, with: parameters, by: user)
        try await log.record("questions.write", by: context.actor(), subject: set, details: ["count": "\(body.count)"])
        return EditedResponse(status: .accepted, response: Asked(job: job))
    }

    private struct Proposals: ResponseEncodable {
        let proposals: [QuestionProposal]
    }

    private func listProposals(_ request: Request, context: ConcordContext) async throws -> Proposals {
        _ = try context.user()
        let set = try context.parameters.require("set")
        return Proposals(proposals: try await proposals.list(of: set, decided: request.flag("decided")))
    }

    private struct Acceptance: Decodable {
        struct Wording: Decodable {
            let question: String
            let affirmingStatement: String
            let negatingStatement: String
        }
        /// Other words for it; nil takes it as it was written.
        let wording: Wording?
        let topic: String?
        let key: String?
    }

    private struct AcceptedAs: ResponseEncodable {
        let key: String
        let version: Int
    }

    private func accept(_ request: Request, context: ConcordContext) async throws -> AcceptedAs {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Acceptance.self, context: context)
        let wording = body.wording.map {
            QuestionText(question: $0.question, affirming: $0.affirmingStatement, negating: $0.negatingStatement)
        }
        let accepted = try await proposals.accept(
            id(context, else: .unknownProposal), in: set, wording: wording, topic: body.topic, key: body.key,
            by: context.actor())
        return AcceptedAs(key: accepted.key, version: accepted.version)
    }

    private func reject(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let id = try id(context, else: .unknownProposal)
        try await proposals.reject(id, in: set, by: context.actor())
        return .noContent
    }

    // MARK: - Screening

    private struct Screening: Decodable {
        /// Nil goes by the word list alone.
        let share: Double?
    }

    private func screen(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Asked> {
        let user = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Screening.self, context: context)
        guard body.share.map((0...1).contains) ?? true else {
            throw QuestionSetError.badQuestion("the share of questions to look at is a number from 0 to 1")
        }
        _ = try await sets.newestVersion(of: set)
        let job = try await jobs.ask(
            for: QuestionScreenJob.kind, with: QuestionScreenJob.Parameters(set: set, share: body.share), by: user,
            once: true)
        try await log.record("questions.screen", by: context.actor(), subject: set)
        return EditedResponse(status: .accepted, response: Asked(job: job))
    }

    private struct Flags: ResponseEncodable {
        let flags: [QuestionFlag]
    }

    private func listFlags(_ request: Request, context: ConcordContext) async throws -> Flags {
        _ = try context.user()
        return Flags(flags: try await flags.list(of: context.parameters.require("set")))
    }

    private struct Decision: Decodable {
        let decision: QuestionFlags.Decision
    }

    private func decide(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Decision.self, context: context)
        let id = try id(context, else: .unknownFlag)
        try await flags.decide(id, body.decision, in: set, by: context.actor())
        return .noContent
    }

    private func reopen(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let id = try id(context, else: .unknownFlag)
        try await flags.reopen(id, in: set, by: context.actor())
        return .noContent
    }

    // MARK: - Topics

    private struct Clustering: Decodable {
        let clusters: Int?
        let seed: UInt64?
    }

    private func cluster(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Asked> {
        let user = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Clustering.self, context: context)
        if let seed = body.seed { try QuestionSets.checked(seed) }
        let found = try await sets.questions(of: set).count
        let needed = max(QuestionClusterings.fewest, (body.clusters ?? 0).addingReportingOverflow(1).partialValue)
        guard found >= needed else { throw QuestionSetError.tooFewQuestions(needed: needed, found: found) }
        if let clusters = body.clusters, clusters < 2 { throw QuestionSetError.badQuestion("choose at least 2 topics") }
        let parameters = QuestionTopicsJob.Parameters(
            set: set, clusters: body.clusters, seed: body.seed ?? UInt64.random(in: 0..<(1 << 32)))
        let job = try await jobs.ask(for: QuestionTopicsJob.kind, with: parameters, by: user)
        try await log.record("questions.cluster", by: context.actor(), subject: set, details: ["seed": "\(parameters.seed)"])
        return EditedResponse(status: .accepted, response: Asked(job: job))
    }

    private struct Newest: ResponseEncodable {
        /// Nil when none was made yet.
        let clustering: QuestionClustering?
    }

    private func newestClustering(_ request: Request, context: ConcordContext) async throws -> Newest {
        _ = try context.user()
        return Newest(clustering: try await clusterings.newest(of: context.parameters.require("set")))
    }

    private struct Names: Decodable {
        struct Name: Decodable {
            let cluster: Int
            let topic: String
        }
        let names: [Name]
        let base: Int?
    }

    private func useClustering(_ request: Request, context: ConcordContext) async throws -> QuestionSetController.Made {
        _ = try context.admin()
        let set = try context.parameters.require("set")
        let body = try await request.decode(as: Names.self, context: context)
        let id = try id(context, else: .unknownClustering)
        let names = Dictionary(body.names.map { ($0.cluster, $0.topic) }) { $1 }
        let version = try await clusterings.use(id, of: set, names: names, knowing: body.base, by: context.actor())
        return QuestionSetController.Made(version: version)
    }

    private func id(_ context: ConcordContext, else error: QuestionSetError) throws -> UUID {
        guard let id = UUID(uuidString: try context.parameters.require("id")) else { throw error }
        return id
    }
}
