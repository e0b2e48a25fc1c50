// The cookie that holds a participant's session.

import Hummingbird
import Studies

/// `concord_session`: opaque, out of reach of scripts, not sent along by other sites.
enum SessionCookie {
    static let name = "concord_session"

    static func secret(in request: Request) throws -> Secret {
        guard let value = request.cookies[name]?.value, !value.isEmpty, value.utf8.count <= 128 else {
            throw StudyError.noSession
        }
        return Secret(text: value)
    }

    static func clear(on response: inout Response, _ context: ConcordContext) {
        response.setCookie(
            Cookie(
                name: name, value: "", maxAge: 0, path: "/", secure: context.isSecure, httpOnly: true, sameSite: .lax))
    }

    static func set(_ secret: Secret, on response: inout Response, _ context: ConcordContext) {
        response.setCookie(
            Cookie(
                name: name, value: secret.text, maxAge: 30 * 24 * 3_600, path: "/", secure: context.isSecure,
                httpOnly: true, sameSite: .lax))
    }
}
