// A study's report, as a page and as JSON.

import Exports
import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import Studies

/// The routes of a study's report: what `concord report` writes, for everybody who has the study.
struct ReportController {
    /// How many reports are computed at once: each has a connection while it reads, and then a thread.
    private static let places = 2

    /// The page has its styles and figures in it; it fetches nothing, and nothing in it runs.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    let database: Database
    let access: StudyAccess
    /// Of real people, or of simulated ones where there are no others.
    let reports: ResultsShelf<StudyReport>
    /// Of simulated people beside real ones.
    let reportsOfAll: ResultsShelf<StudyReport>

    init(database: Database) {
        let turnstile = Turnstile(places: Self.places)
        self.database = database
        access = StudyAccess(database: database)
        reports = ResultsShelf(database: database) { study in
            try await turnstile.pass { try await StudyReport.read(of: study, in: database) }
        }
        reportsOfAll = ResultsShelf(database: database) { study in
            try await turnstile.pass { try await StudyReport.read(of: study, includingSynthetic: true, in: database) }
        }
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study")
            .get("report", use: numbers)
            .get("report.html", use: page)
    }

    private func numbers(_ request: Request, context: ConcordContext) async throws -> Response {
        let (name, report) = try await read(request, context)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json", .contentDisposition: "attachment; filename=\"\(name)-report.json\"",
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: try report.json())))
    }

    private func page(_ request: Request, context: ConcordContext) async throws -> Response {
        let (name, report) = try await read(request, context)
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentDisposition: "inline; filename=\"\(name)-report.html\"",
                .contentSecurityPolicy: Self.policy,
            ],
            body: .init(byteBuffer: ByteBuffer(string: ReportPage(report).html)))
    }

    /// The report, and the study's name: letters, digits and hyphens.
    private func read(_ request: Request, _ context: ConcordContext) async throws -> (name: String, report: StudyReport) {
        let study = try await access.study(named: context.parameters.require("study"), for: context.user(), to: .read)
        let shelf = try request.flag("synthetic") ? reportsOfAll : reports
        guard try await !ResultsCover.read(of: study, in: database).isCovered else {
            throw ReportError.covered(study.settings.name)
        }
        return (study.settings.name, try await shelf.results(of: study))
    }
}
