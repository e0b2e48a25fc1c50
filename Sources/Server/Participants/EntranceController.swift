// The way into a study: what it is, the consent, and coming back on another device.

import Hummingbird
import Postgres
import Studies

/// The routes that a study's entry page, and simulated people, use.
struct EntranceController {
    let enrolment: Enrolment
    let catalog: StudyCatalog
    let sessions: Sessions
    let tokens: Tokens
    let reader: ParticipationReader

    init(database: Database) {
        enrolment = Enrolment(database: database)
        catalog = StudyCatalog(database: database)
        sessions = Sessions(database: database)
        tokens = Tokens(database: database)
        reader = ParticipationReader(database: database)
    }

    func addRoutes(to router: Router<ConcordContext>) {
        router.group("api/studies/:study")
            .get(use: entrance)
            .post("participants", use: join)
            .post("return", use: comeBack)
    }

    private func entrance(_ request: Request, context: ConcordContext) async throws -> Entrance {
        let name = try context.parameters.require("study")
        return try await enrolment.entrance(
            to: name, from: ArrivalCookie.ids(in: request, for: name),
            invitation: ArrivalCookie.invitation(in: request, for: name), key: ArrivalCookie.key(in: request, for: name),
            languages: request.headers[.acceptLanguage])
    }

    private struct Consent: Decodable {
        let consent: Bool
        /// As the person wrote it, where the link did not say.
        let platformID: String?
        /// The page's; the browser's if nil.
        let language: Language?
    }

    private func join(_ request: Request, context: ConcordContext) async throws -> Response {
        let name = try context.parameters.require("study")
        let body = try await request.decode(as: Consent.self, context: context)
        guard body.consent else { throw StudyError.consentNeeded }
        let ids = ArrivalCookie.ids(in: request, for: name) ?? body.platformID.flatMap { PlatformIDs(participant: $0) }
        // Somebody who is in this study already is sent to where they were.
        if let secret = try? SessionCookie.secret(in: request),
            let participant = try? await sessions.participant(with: secret),
            try await catalog.study(named: name).id == participant.studyID,
            participant.platformID == nil || ids == nil || participant.platformID == ids?.participant
        {
            var response = try await reader.state(of: participant.id).response(from: request, context: context)
            ArrivalCookie.clear(on: &response, context)
            return response
        }
        let synthetic = try await bearsSimulationToken(request)
        let offered = try await catalog.study(named: name).settings.languages
        let language = body.language ?? Language.preferred(request.headers[.acceptLanguage], among: offered)
        let entry = try await enrolment.join(
            name, synthetic: synthetic, from: ids, invitation: ArrivalCookie.invitation(in: request, for: name),
            key: ArrivalCookie.key(in: request, for: name), language: language)
        let participant = try await sessions.participant(with: entry.secret)
        var response = try await reader.state(of: participant.id).response(from: request, context: context)
        response.status = entry.isNew ? .created : .ok
        SessionCookie.set(entry.secret, on: &response, context)
        ArrivalCookie.clear(on: &response, context)
        return response
    }

    private func bearsSimulationToken(_ request: Request) async throws -> Bool {
        guard let token = BearerToken(request) else { return false }
        guard try await tokens.allows(.simulation, token.secret) else { throw StudyError.badToken }
        return true
    }

    private struct Return: Decodable {
        let code: String
    }

    /// Somebody goes on in this browser with the code that they got in another.
    private func comeBack(_ request: Request, context: ConcordContext) async throws -> Response {
        let code = try await request.decode(as: Return.self, context: context).code
        let secret = try await sessions.open(with: code, study: try context.parameters.require("study"))
        let participant = try await sessions.participant(with: secret)
        var response = try await reader.state(of: participant.id).response(from: request, context: context)
        SessionCookie.set(secret, on: &response, context)
        ArrivalCookie.clear(on: &response, context)
        return response
    }
}

extension Entrance: ResponseEncodable {}
