// Trying studies out with simulated people.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of rehearsals, each of which is a job.
struct RehearsalController {
    let rehearsals: Rehearsals
    let access: StudyAccess
    let jobs: Jobs

    init(database: Database) {
        rehearsals = Rehearsals(database: database)
        access = StudyAccess(database: database)
        jobs = Jobs(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/rehearsals")
            .get(use: list)
            .post(use: begin)
    }

    private struct List: ResponseEncodable {
        let jobs: [Job]
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        List(jobs: try await rehearsals.list(of: study(for: .read, context)))
    }

    private struct New: Decodable {
        let people: Int
        let pace: Rehearsal.Pace?
        let dropout: Double?
        let arrivalMinutes: Double?
    }

    private func begin(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Job> {
        let study = try await study(for: .change, context)
        let body = try await request.decode(as: New.self, context: context)
        let parameters = Rehearsal.Parameters(
            people: body.people, pace: body.pace ?? .fast, dropout: body.dropout ?? 0, arrivalMinutes: body.arrivalMinutes ?? 0,
            seed: UInt64.random(in: 1...999_999))
        let id = try await rehearsals.ask(for: parameters, of: study, by: context.actor())
        return EditedResponse(status: .accepted, response: try await jobs.job(id, for: context.user()))
    }

    private func study(for use: StudyAccess.Use, _ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: use)
    }
}
