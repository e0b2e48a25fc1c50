// Reading the audit log.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The route of the audit log.
struct AuditController {
    let access: StudyAccess
    let log: AuditLog

    init(database: Database) {
        access = StudyAccess(database: database)
        log = AuditLog(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.get("audit", use: list)
    }

    private struct List: ResponseEncodable {
        let entries: [AuditLog.Entry]
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        let user = try context.admin()
        let query = request.uri.queryParameters
        let before = try query["before"].map { text in
            guard let id = Int64(text), id > 0 else { throw HTTPError(.badRequest, message: "before is the id of an entry.") }
            return id
        }
        let study: Study? =
            if let name = query["study"] {
                try await access.study(named: String(name), for: user, to: .read)
            } else { nil }
        return List(
            entries: try await log.entries(
                for: user, study: study?.id, by: query["user"].map(String.init), action: query["action"].map(String.init),
                before: before))
    }
}
