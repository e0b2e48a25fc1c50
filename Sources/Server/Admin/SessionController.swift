// Signing in and out, and one's own password.

import Foundation
import Hummingbird
import Postgres
import Studies

/// The routes of a user's session.
struct SessionController {
    let sessions: UserSessions

    init(database: Database) {
        sessions = UserSessions(database: database)
    }

    func addRoutes(to router: RouterGroup<ConcordContext>) {
        router.group("session")
            .get(use: show)
            .post(use: signIn)
            .delete(use: signOut)
            .put("password", use: changePassword)
    }

    private struct Credentials: Decodable {
        let name: String
        let password: String
    }

    private struct Change: Decodable {
        let present: String
        let next: String
    }

    private func show(_ request: Request, context: ConcordContext) async throws -> User {
        try context.user()
    }

    private func signIn(_ request: Request, context: ConcordContext) async throws -> Response {
        let body = try await request.decode(as: Credentials.self, context: context)
        let (user, secret) = try await sessions.signIn(body.name, password: body.password, from: context.address)
        var response = try context.responseEncoder.encode(user, from: request, context: context)
        AdminCookie.set(secret, on: &response, context)
        return response
    }

    private func signOut(_ request: Request, context: ConcordContext) async throws -> Response {
        if let secret = AdminCookie.secret(in: request) { try await sessions.signOut(secret) }
        var response = Response(status: .noContent)
        AdminCookie.clear(on: &response, context)
        return response
    }

    /// Ends every session of the user, and opens a new one here.
    private func changePassword(_ request: Request, context: ConcordContext) async throws -> Response {
        guard let signedIn = context.signedIn, signedIn.way == .page else { throw UserError.notSignedIn }
        let body = try await request.decode(as: Change.self, context: context)
        let (user, secret) = try await sessions.changePassword(
            of: signedIn.user, from: body.present, to: body.next, address: context.address, by: context.actor())
        var response = try context.responseEncoder.encode(user, from: request, context: context)
        AdminCookie.set(secret, on: &response, context)
        return response
    }
}
