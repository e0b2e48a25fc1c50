// Pages whose address is not their file's.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The page behind a study's link.
struct PageController {
    let folder: PublicFolder
    let catalog: StudyCatalog
    let sessions: Sessions
    let invitations: Invitations

    init(folder: PublicFolder, database: Database) {
        self.folder = folder
        catalog = StudyCatalog(database: database)
        sessions = Sessions(database: database)
        invitations = Invitations(database: database)
    }

    func addRoutes(to router: Router<ConcordContext>) {
        router.get("join/:study", use: join)
        router.get("admin") { _, _ in Response(status: .movedPermanently, headers: [.location: "/admin/"]) }
    }

    /// Opening a link takes no place and shows nothing personal: it is the frame of the pages, the same for everybody. The ids
    /// of a platform's link, or an invitation's secret, are put into a cookie, and the address is cleared of everything
    /// after the study's name.
    private func join(_ request: Request, context: ConcordContext) async throws -> Response {
        let name = try context.parameters.require("study")
        if !request.uri.queryParameters.isEmpty { return try await cleared(request, name, context) }
        guard let page = folder.file(at: "/participant/") else { throw HTTPError(.notFound) }
        // Which cookie it comes with differs, so that nothing between here and the browser may keep it.
        var response = PublicFiles.response(to: request, page)
        response.headers[.cacheControl] = "no-store"
        if name.utf8.count <= 63 { try ArrivalCookie.set(for: name, from: request, on: &response, context) }
        return response
    }

    private func cleared(_ request: Request, _ name: String, _ context: ConcordContext) async throws -> Response {
        // What the router has found is one part of a path, but it may hold anything that a part may.
        let path = name.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(["-"])) ?? ""
        var response = Response(status: .seeOther, headers: [.location: "/join/\(path)", .cacheControl: "no-store"])
        // A study that is not there, or takes no ids, says so, or goes on, without them.
        guard let study = try? await catalog.study(named: name), let recruitment = study.settings.recruitment else {
            return response
        }
        func parameter(_ name: String) -> String? {
            request.uri.queryParameters[Substring(name)].map(String.init)
        }
        var before: Participant?
        if let secret = try? SessionCookie.secret(in: request) {
            before = try? await sessions.participant(with: secret)
        }
        let isSomebodyElse: Bool
        switch recruitment.source {
        case .open: return response
        case .platform:
            let names = recruitment.parameters
            guard let participant = parameter(names.participant),
                let ids = PlatformIDs(
                    participant: participant, study: parameter(names.study), session: parameter(names.session))
            else { return response }
            try ArrivalCookie.set(ids, for: name, from: request, on: &response, context)
            isSomebodyElse = before?.platformID != ids.participant
        case .invitation:
            guard let text = parameter("invitation"), !text.isEmpty, text.utf8.count <= 128 else { return response }
            let invitation = Secret(text: text)
            try ArrivalCookie.set(invitation: invitation, for: name, from: request, on: &response, context)
            isSomebodyElse = try await invitations.participant(with: invitation) != before?.id
        }
        // Devices are shared: whoever took part on this one before is somebody else.
        if let before, before.studyID == study.id, isSomebodyElse { SessionCookie.clear(on: &response, context) }
        return response
    }
}
