// Which database errors pass by themselves.

import Postgres

extension PostgresError {
    /// Whether the same request is likely to succeed in a moment: PostgreSQL is restarting, or all connections are
    /// busy. Answers can be sent again, because each is stored once.
    var isTransient: Bool {
        switch self {
        case .unreachable, .poolTimeout, .connectionLost, .closed: true
        case .server(let error):
            // Operator intervention (shutdown, crash recovery), insufficient resources, serialization failures.
            ["57", "53", "40"].contains(String(error.sqlState.prefix(2)))
        default: false
        }
    }
}
