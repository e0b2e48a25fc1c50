// The token of a script's request.

import Hummingbird
import Studies

/// What a request shows in its Authorization header.
struct BearerToken {
    /// A secret that no token has, when the header is none of ours.
    let secret: Secret

    /// - Returns: nil when there is no such header.
    init?(_ request: Request) {
        guard let header = request.headers[.authorization] else { return nil }
        let prefix = "Bearer "
        secret = Secret(text: header.hasPrefix(prefix) ? String(header.dropFirst(prefix.count)) : "")
    }
}
