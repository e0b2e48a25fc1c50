// What can be asked of a database, over a pooled connection or over one that is held.

/// Runs statements: a ``Database`` borrows a pooled connection for each, a ``Connection`` is one.
///
/// All methods throw ``PostgresError``, or `CancellationError` when the task was cancelled; the server then stops
/// working on the statement.
public protocol PostgresSession: Sendable {
    /// Runs one statement and gives what it returned, undecoded.
    func result(of sql: SQL) async throws -> ResultSet
}

extension PostgresSession {
    /// Runs one statement; gives the number of rows inserted, updated, deleted or selected.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await result(of: sql).affected
    }

    /// All rows as tuples: `query("SELECT id, name FROM …", as: (UUID, String?).self)`.
    public func query<each C: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each C).Type
    ) async throws -> [(repeat each C)] {
        try await result(of: sql).tuples(type)
    }

    /// The only column of all rows: `query("SELECT id FROM …", as: UUID.self)`.
    public func query<C: PostgresDecodable>(_ sql: SQL, as type: C.Type) async throws -> [C] {
        try await result(of: sql).tuples(type)
    }

    /// The only column of the first row, nil when there is no row.
    public func first<C: PostgresDecodable>(_ sql: SQL, as type: C.Type) async throws -> C? {
        try await result(of: sql).tuples(type, limit: 1).first
    }

    /// The first row as a tuple, nil when there is none.
    public func first<each C: PostgresDecodable>(
        _ sql: SQL, as type: (repeat each C).Type
    ) async throws -> (repeat each C)? {
        try await result(of: sql).tuples(type, limit: 1).first
    }

    /// All rows as values that decode themselves: column `shown_at` fills property `shownAt`; json columns decode by
    /// JSON.
    public func rows<R: Decodable & Sendable>(_ sql: SQL, as type: R.Type) async throws -> [R] {
        try await result(of: sql).decoded(type)
    }

    /// Wakes whoever listens to the channel; inside a transaction, when it commits. The payload has at most 7999 bytes.
    public func notify(_ channel: String, _ payload: String = "") async throws {
        try await execute("SELECT pg_notify(\(channel), \(payload))")
    }
}
