// Who asks, and by what it is known.

import Studies

/// A user, known by a session's cookie or by a token.
struct SignedIn: Sendable {
    let user: User
    let way: AuditLog.Way
}
