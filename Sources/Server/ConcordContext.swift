// What every request carries.

import Hummingbird
import NIOCore
import Studies

/// The context of a request.
struct ConcordContext: RequestContext, RemoteAddressRequestContext {
    /// How long a body may be, in bytes: of participants an opinion is the longest, of users a file.
    static let participantLimit = 128 * 1024
    static let userLimit = 32 * 1024 * 1024

    var coreContext: CoreRequestContextStorage
    let remoteAddress: SocketAddress?
    var maxUploadSize = ConcordContext.participantLimit
    /// Where the request comes from, as far as it can be known: behind a trusted proxy, where that says.
    var address = ""
    /// Whether the browser sent it over TLS.
    var isSecure = false
    /// Who asks, under `/api/admin`.
    var signedIn: SignedIn?
    /// The seat of a preview that the request is about, under `/preview`.
    var seat: Previews.Seat?

    init(source: Source) {
        coreContext = .init(source: source)
        remoteAddress = source.channel.remoteAddress
    }

    /// Who asks.
    /// - Throws: ``UserError/notSignedIn``.
    func user() throws -> User {
        guard let signedIn else { throw UserError.notSignedIn }
        return signedIn.user
    }

    /// Who asks, if it is an admin.
    /// - Throws: ``UserError/notSignedIn``, ``UserError/adminsOnly``.
    func admin() throws -> User {
        let user = try user()
        guard user.role == .admin else { throw UserError.adminsOnly }
        return user
    }

    /// Who asks, for the audit log.
    /// - Throws: ``UserError/notSignedIn``.
    func actor() throws -> AuditLog.Actor {
        guard let signedIn else { throw UserError.notSignedIn }
        return AuditLog.Actor(user: signedIn.user, way: signedIn.way)
    }
}
