// The cookie that holds a user's session.

import Hummingbird
import Studies

/// `concord_admin`: opaque, out of reach of scripts, never sent by or from other sites, sent over TLS only where it came so.
enum AdminCookie {
    static let name = "concord_admin"

    static func secret(in request: Request) -> Secret? {
        guard let value = request.cookies[name]?.value, !value.isEmpty, value.utf8.count <= 128 else { return nil }
        return Secret(text: value)
    }

    static func set(_ secret: Secret, on response: inout Response, _ context: ConcordContext) {
        response.setCookie(cookie(secret.text, maxAge: 12 * 3_600, context))
    }

    static func clear(on response: inout Response, _ context: ConcordContext) {
        response.setCookie(cookie("", maxAge: 0, context))
    }

    private static func cookie(_ value: String, maxAge: Int, _ context: ConcordContext) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: maxAge, path: "/", secure: context.isSecure, httpOnly: true,
            sameSite: .strict)
    }
}
