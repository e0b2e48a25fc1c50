// The face of the module: a database, behind a pool of connections.

import CLibPQ
import Foundation
import Synchronization

/// A PostgreSQL database. Creating one opens nothing; connections open as they are needed, at most `poolSize`, and
/// those that broke (PostgreSQL restarted, a session was terminated) are replaced when they are next wanted.
///
/// Session state (`SET`, advisory locks, temporary tables) outlives a loan: use the transaction-bound forms.
public final class Database: PostgresSession {
    let endpoint: Endpoint
    private let pool: Pool
    private let listeners = Mutex<(isClosed: Bool, next: UInt64, sockets: [UInt64: Socket])>((false, 0, [:]))

    /// A database at a libpq conninfo string or a postgres:// URL. TLS is as `sslmode` says.
    ///
    /// - Parameters:
    ///   - poolSize: how many connections may be open at once (``listen(_:)`` opens one more for each listener).
    ///   - acquireTimeout: how long a caller waits for a free connection, or for a database that is restarting.
    /// - Throws: ``PostgresError/invalidURL(_:)``.
    public init(url: String, poolSize: Int = 8, acquireTimeout: Duration = .seconds(10)) throws(PostgresError) {
        endpoint = try Endpoint(url: url)
        pool = Pool(endpoint: endpoint, size: poolSize, timeout: acquireTimeout)
    }

    /// Makes sure that the database answers now: opens a connection or asks over an idle one, without waiting for a
    /// database that is away.
    public func connect() async throws {
        try await pool.probe()
    }

    /// Closes the database: listeners end, new calls throw ``PostgresError/closed``, and running ones are waited for
    /// (no longer than the acquire timeout).
    public func close() async {
        let sockets = listeners.withLock { listeners in
            listeners.isClosed = true
            return listeners.sockets.values.map { $0 }
        }
        for socket in sockets { socket.interrupt() }
        await pool.close()
    }

    public func result(of sql: SQL) async throws -> ResultSet {
        try await borrowing { link in try await link.run(sql) }
    }

    /// Lends one connection to `body`. A transaction left open is rolled back.
    public func withConnection<T: Sendable>(
        _ body: @Sendable (Connection) async throws -> T
    ) async throws -> T {
        try await borrowing { link in
            let connection = Connection(link)
            defer { connection.giveBack() }
            return try await body(connection)
        }
    }

    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// Serialization failures (40001) and deadlocks (40P01) run it again on a fresh transaction, so `body` must do
    /// nothing but database work, or nothing that may not happen twice.
    ///
    /// - Parameter retries: how often it may be run again.
    public func transaction<T: Sendable>(
        isolation: IsolationLevel = .readCommitted, retries: Int = 5,
        _ body: @Sendable (Connection) async throws -> T
    ) async throws -> T {
        var attempt = 0
        while true {
            do {
                return try await once(isolation, body)
            } catch PostgresError.server(let error) where error.isRetryable && attempt < retries {
                attempt += 1
                // Rivals that failed together should not meet again together.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(10 << min(attempt, 6)))))
            }
        }
    }

    private func once<T: Sendable>(
        _ isolation: IsolationLevel, _ body: @Sendable (Connection) async throws -> T
    ) async throws -> T {
        try await borrowing { link in
            _ = try await link.run(isolation.begin)
            let connection = Connection(link)
            let value: T
            do {
                defer { connection.giveBack() }
                value = try await body(connection)
            } catch {
                // Also when the task was cancelled; if this fails, the pool throws the connection away.
                _ = try? await link.run("ROLLBACK", cancellable: false)
                throw error
            }
            // Not cancellable: half-way through, nobody could tell whether it took effect.
            let outcome = try await link.run("COMMIT", cancellable: false)
            guard outcome.command == "COMMIT" else { throw PostgresError.transactionAborted }
            return value
        }
    }

    private func borrowing<T: Sendable>(_ body: (Link) async throws -> T) async throws -> T {
        let link = try await pool.borrow()
        do {
            let value = try await body(link)
            await pool.giveBack(link)
            return value
        } catch {
            await pool.giveBack(link)
            throw error
        }
    }

    // MARK: COPY

    /// Streams `COPY (SELECT …) TO STDOUT` over a pooled connection, which is held until the sequence ends or its
    /// iterator is dropped. The server is read only as fast as chunks are asked for. COPY takes no parameters, so
    /// interpolated values are spliced as quoted literals.
    public func copyOut(_ sql: SQL) -> CopyOut {
        CopyOut(sql: sql, source: .pool(pool))
    }

    /// Runs `COPY … FROM STDIN` with these chunks of bytes; gives the number of rows. An error of the source undoes it.
    @discardableResult
    public func copyIn<S: AsyncSequence & Sendable>(_ sql: SQL, from source: S) async throws -> Int
    where S.Element == [UInt8] {
        let text = try sql.withLiterals()
        return try await borrowing { link in try await link.copyIn(text, from: source) }
    }

    // MARK: LISTEN

    /// What is notified on these channels, over a connection outside the pool, until the task is cancelled or the
    /// database closed. Reconnects by itself.
    public func listen(_ channels: String...) -> Notifications {
        Notifications(database: self, channels: channels)
    }

    /// Registers a listener's socket, to be interrupted by `close`; nil when the database is closed.
    func register(_ socket: Socket) -> UInt64? {
        listeners.withLock { listeners in
            guard !listeners.isClosed else { return nil }
            listeners.next += 1
            listeners.sockets[listeners.next] = socket
            return listeners.next
        }
    }

    func unregister(_ number: UInt64) {
        _ = listeners.withLock { $0.sockets.removeValue(forKey: number) }
    }

    var isClosed: Bool { listeners.withLock { $0.isClosed } }
}
