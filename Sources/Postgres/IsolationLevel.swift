// How much of other transactions a transaction sees.

/// The isolation level of a transaction, as in chapter 13.2 of PostgreSQL's manual.
public enum IsolationLevel: Sendable {
    /// Each statement sees what was committed before it.
    case readCommitted
    /// All statements see what was committed before the first one; writing over newer changes fails with `40001`.
    case repeatableRead
    /// As if transactions ran one after another; fails with `40001` where that cannot be.
    case serializable

    var begin: SQL {
        switch self {
        case .readCommitted: "BEGIN ISOLATION LEVEL READ COMMITTED"
        case .repeatableRead: "BEGIN ISOLATION LEVEL REPEATABLE READ"
        case .serializable: "BEGIN ISOLATION LEVEL SERIALIZABLE"
        }
    }
}
