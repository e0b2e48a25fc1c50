// Who asks, under /api/admin.

import Hummingbird
import Postgres
import Studies

/// Finds the user of a session's cookie or of a token. Whoever is signed in may send files; whoever has a one-time password
/// may do nothing but choose another.
struct Authentication: RouterMiddleware {
    let sessions: UserSessions
    let tokens: Tokens

    init(database: Database) {
        sessions = UserSessions(database: database)
        tokens = Tokens(database: database)
    }

    func handle(
        _ request: Request, context: ConcordContext, next: (Request, ConcordContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let token = BearerToken(request) {
            guard let user = try await tokens.user(token.secret) else { throw StudyError.badToken }
            context.signedIn = SignedIn(user: user, way: .token)
        } else if let secret = AdminCookie.secret(in: request), let user = try await sessions.user(with: secret) {
            context.signedIn = SignedIn(user: user, way: .page)
        }
        if let signedIn = context.signedIn {
            let isAccount = request.uri.path.hasPrefix("/api/admin/session")
            guard isAccount || !signedIn.user.mustChangePassword else { throw UserError.mustChangePassword }
            context.maxUploadSize = ConcordContext.userLimit
        }
        return try await next(request, context)
    }
}
