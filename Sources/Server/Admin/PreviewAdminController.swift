// Beginning and ending previews of studies.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes by which an admin begins to walk through a study, and ends it.
struct PreviewAdminController {
    let previews: Previews
    let access: StudyAccess
    let log: AuditLog

    init(database: Database) {
        previews = Previews(database: database)
        access = StudyAccess(database: database)
        log = AuditLog(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.post("studies/:study/previews", use: begin)
        router.group("previews/:id")
            .get(use: show)
            .delete(use: end)
    }

    private func begin(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Previews.Preview> {
        let user = try context.user()
        let study = try await access.study(named: context.parameters.require("study"), for: user, to: .change)
        let preview = try await previews.begin(study, by: user)
        try await log.record(
            "study.preview", by: context.actor(), study: study.id, details: ["version": "\(preview.version)"])
        return EditedResponse(status: .created, response: preview)
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> Previews.Preview {
        try await preview(context)
    }

    private func end(_ request: Request, context: ConcordContext) async throws -> HTTPResponse.Status {
        try await previews.end(preview(context))
        return .noContent
    }

    private func preview(_ context: ConcordContext) async throws -> Previews.Preview {
        guard let id = UUID(uuidString: try context.parameters.require("id")) else { throw StudyError.unknownPreview }
        return try await previews.preview(id, for: context.user())
    }
}
