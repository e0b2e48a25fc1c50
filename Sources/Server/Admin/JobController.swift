// How far work is that takes longer than a request.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of jobs.
struct JobController {
    let jobs: Jobs

    init(database: Database) {
        jobs = Jobs(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("jobs")
            .get(":id", use: show)
            .delete(":id", use: cancel)
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> Job {
        try await job(context)
    }

    private func cancel(_ request: Request, context: ConcordContext) async throws -> Job {
        let job = try await job(context)
        if job.user != (try context.user().name) { _ = try context.admin() }
        try await jobs.cancel(job.id, by: context.actor())
        return try await self.job(context)
    }

    private func job(_ context: ConcordContext) async throws -> Job {
        guard let id = UUID(uuidString: try context.parameters.require("id")) else { throw UserError.unknownJob }
        return try await jobs.job(id, for: context.user())
    }
}
