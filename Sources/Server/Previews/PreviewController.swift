// The participants' pages and their API once more, for the seats of a preview: /preview/<preview>/<seat>/…

import Foundation
import Hummingbird
import Postgres
import Studies

/// Serves a seat of a preview as participants are served. What a request is about stands in its path, and that it may be is
/// known by the admin's own session: no participant's cookie is read or set here, so that several members go side by side
/// in one browser, and none of them is taken for somebody who takes part.
struct PreviewController {
    static let path = "/preview/"

    let database: Database
    let previews: Previews
    let reader: ParticipationReader
    let folder: PublicFolder
    let feed: ChangeFeed

    init(database: Database, folder: PublicFolder, feed: ChangeFeed) {
        self.database = database
        self.folder = folder
        self.feed = feed
        previews = Previews(database: database)
        reader = ParticipationReader(database: database)
    }

    func addRoutes(to router: Router<ConcordContext>) {
        let seat = router.group("preview/:preview/:seat")
            .add(middleware: Authentication(database: database))
            .add(middleware: Seating(previews: previews))
        seat.get("join/:study", use: page)
        seat.get("participant", use: page)
        seat.group("api/studies/:study")
            .get(use: entrance)
            .post("participants", use: join)
            .post("return", use: comeBack)
        ParticipantController(database: database, feed: feed).addRoutes(to: seat)
    }

    /// Finds the seat that a request is about, for an admin who has the study.
    private struct Seating: RouterMiddleware {
        let previews: Previews

        func handle(
            _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
        ) async throws -> Response {
            guard let id = UUID(uuidString: try context.parameters.require("preview")),
                let number = Int(try context.parameters.require("seat"))
            else { throw StudyError.unknownPreview }
            var context = context
            context.seat = try await previews.seat(number, of: id, for: context.user())
            // As for participants, whoever sends it.
            context.maxUploadSize = ConcordContext.participantLimit
            return try await next(request, context)
        }
    }

    private func page(_ request: Request, context: ConcordContext) async throws -> Response {
        guard let page = folder.file(at: "/participant/") else { throw HTTPError(.notFound) }
        var response = PublicFiles.response(to: request, page)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    private func entrance(_ request: Request, context: ConcordContext) async throws -> Entrance {
        try await previews.entrance(to: seat(context), languages: request.headers[.acceptLanguage])
    }

    private struct Consent: Decodable {
        let consent: Bool
        let language: Language?
    }

    private func join(_ request: Request, context: ConcordContext) async throws -> EditedResponse<Participation> {
        let body = try await request.decode(as: Consent.self, context: context)
        guard body.consent else { throw StudyError.consentNeeded }
        let participantID = try await previews.take(seat(context), language: body.language)
        return EditedResponse(status: .created, response: try await reader.state(of: participantID))
    }

    /// There are no other devices in a preview.
    private func comeBack(_ request: Request, context: ConcordContext) async throws -> Participation {
        throw StudyError.unknownReturnCode
    }

    private func seat(_ context: ConcordContext) throws -> Previews.Seat {
        guard let seat = context.seat else { throw StudyError.unknownPreview }
        return seat
    }
}
