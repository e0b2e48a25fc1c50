// A study's results at a glance.

import Exports
import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of the Results page.
struct ResultsController {
    let database: Database
    let access: StudyAccess
    let shelf: ResultsShelf<StudyResults>

    init(database: Database) {
        self.database = database
        shelf = ResultsShelf(database: database) { try await StudyResults.read(of: $0, in: database) }
        access = StudyAccess(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/results")
            .get(use: read)
            .post("uncover", use: uncover)
    }

    private struct Uncovering: Decodable {
        let reason: String
    }

    private func read(_ request: Request, context: ConcordContext) async throws -> StudyResults {
        try await shelf.results(of: try await study(for: .read, context))
    }

    /// Lets everybody who has the study see effects by condition before it has its sample.
    private func uncover(_ request: Request, context: ConcordContext) async throws -> StudyResults {
        let study = try await study(for: .change, context)
        let reason = try await request.decode(as: Uncovering.self, context: context).reason
        try await ResultsCover.uncover(study, because: reason, by: context.actor(), in: database)
        return try await shelf.results(of: study)
    }

    private func study(for use: StudyAccess.Use, _ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: use)
    }
}
