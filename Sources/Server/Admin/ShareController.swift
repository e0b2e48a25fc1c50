// With whom a study is shared.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which a study is shared with named users.
struct ShareController {
    let access: StudyAccess

    init(database: Database) {
        access = StudyAccess(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/users")
            .get(use: list)
            .put(":name", use: share)
            .delete(":name", use: unshare)
    }

    private struct List: ResponseEncodable {
        let users: [StudyAccess.Share]
    }

    private func list(_ request: Request, context: ConcordContext) async throws -> List {
        let study = try await study(for: .read, context)
        return List(users: try await access.shares(of: study.id))
    }

    private func share(_ request: Request, context: ConcordContext) async throws -> List {
        let study = try await study(for: .change, context)
        let name = try context.parameters.require("name")
        try await access.share(study.id, with: name, by: context.actor())
        return List(users: try await access.shares(of: study.id))
    }

    private func unshare(_ request: Request, context: ConcordContext) async throws -> List {
        let study = try await study(for: .change, context)
        let name = try context.parameters.require("name")
        try await access.unshare(study, from: name, by: context.actor())
        return List(users: try await access.shares(of: study.id))
    }

    private func study(for use: StudyAccess.Use, _ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: use)
    }
}
