// The studies that a user has.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of studies.
struct StudyController {
    let catalog: StudyCatalog

    init(database: Database) {
        catalog = StudyCatalog(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.get("studies", use: list)
    }

    private struct List: ResponseEncodable {
        let studies: [StudySummary]
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        List(studies: try await catalog.list(for: context.user()))
    }
}
