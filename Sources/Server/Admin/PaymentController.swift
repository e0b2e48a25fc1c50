// Who is due what, and what has been paid.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of a study's payments: for admins, since they say who people are on their platform.
struct PaymentController {
    let access: StudyAccess
    let payments: Payments

    init(database: Database) {
        access = StudyAccess(database: database)
        payments = Payments(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("studies/:study/payments")
            .get(use: show)
            .post("marks", use: mark)
            .post("bonuses", use: giveBonus)
            .get("file", use: everythingDue)
            .post("file", use: chosen)
    }

    private struct Marks: Decodable {
        let payments: [UUID]
        let paid: Bool
        let note: String?
    }

    private struct Bonus: Decodable {
        /// By which the same bonus is known when it is sent again.
        let key: UUID
        let person: String
        let amount: Double
        let reason: String
    }

    private struct Chosen: Decodable {
        let format: PaymentFormat
        let payments: [UUID]
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> PaymentSheet {
        try await payments.sheet(of: study(context))
    }

    private func mark(_ request: Request, context: ConcordContext) async throws -> PaymentMarking {
        let study = try await study(context)
        let body = try await request.decode(as: Marks.self, context: context)
        return try await payments.mark(body.payments, paid: body.paid, note: body.note, in: study, by: context.actor())
    }

    private func giveBonus(_ request: Request, context: ConcordContext) async throws -> EditedResponse<PaymentSheet> {
        let study = try await study(context)
        let body = try await request.decode(as: Bonus.self, context: context)
        try await payments.giveBonus(
            body.amount, to: body.person, because: body.reason, study: study.settings.name, by: context.actor(), key: body.key)
        return EditedResponse(status: .created, response: try await payments.sheet(of: self.study(context)))
    }

    private func everythingDue(_ request: Request, context: ConcordContext) async throws -> Response {
        let study = try await study(context)
        guard let format = request.uri.queryParameters["format"].flatMap({ PaymentFormat(rawValue: String($0)) }) else {
            let known = PaymentFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw HTTPError(.badRequest, message: "Please choose a format: \(known).")
        }
        return file(format, of: study, try await payments.file(format, of: study, by: context.actor()))
    }

    /// As `everythingDue`, of some amounts only: what is marked as paid afterwards is just what was in the file.
    private func chosen(_ request: Request, context: ConcordContext) async throws -> Response {
        let study = try await study(context)
        let body = try await request.decode(as: Chosen.self, context: context)
        return file(
            body.format, of: study,
            try await payments.file(body.format, of: study, only: body.payments, by: context.actor()))
    }

    private func file(_ format: PaymentFormat, of study: Study, _ text: String) -> Response {
        let name = format == .csv ? "\(study.settings.name)-payments.csv" : "\(study.settings.name)-\(format.rawValue).txt"
        return Response(
            status: .ok,
            headers: [
                .contentType: format == .csv ? "text/csv; charset=utf-8" : "text/plain; charset=utf-8",
                .contentDisposition: "attachment; filename=\"\(name)\"", .cacheControl: "no-store",
            ],
            body: .init(byteBuffer: .init(string: text)))
    }

    private func study(_ context: ConcordContext) async throws -> Study {
        try await access.study(named: context.parameters.require("study"), for: context.user(), to: .change)
    }
}
