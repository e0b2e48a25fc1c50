// COPY … TO STDOUT as a sequence of chunks.

/// The bytes of a `COPY … TO STDOUT`, in chunks of whole rows of about 64 KiB. Each iteration runs the statement anew.
///
/// Back-pressure: nothing is read between two chunks, so a slow consumer makes the server wait. Dropping the iterator
/// early ends the connection it used, except on a ``Connection``, where the rest of the transaction fails.
public struct CopyOut: AsyncSequence, Sendable {
    enum Source: Sendable {
        case pool(Pool)
        case connection(Connection)
    }

    let sql: SQL
    let source: Source

    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: Stream(sql: sql, source: source))
    }

    /// Fetches chunk after chunk.
    public struct Iterator: AsyncIteratorProtocol {
        let stream: Stream

        /// How many rows have been fetched, a header line among them.
        public var rows: Int { stream.rows }

        /// The next chunk; nil at the end. Throws ``PostgresError`` or `CancellationError`.
        public mutating func next() async throws -> [UInt8]? {
            try await stream.next()
        }
    }

    /// The running statement. Used by one task at a time, as iterators are.
    final class Stream {
        private let sql: SQL
        private let source: Source
        private var link: Link?
        private var isOver = false
        private(set) var rows = 0

        init(sql: SQL, source: Source) {
            self.sql = sql
            self.source = source
        }

        deinit {
            guard let link else { return }
            // Dropped in the middle: the rest is not worth reading.
            switch source {
            case .pool(let pool): pool.discard(link)
            case .connection: link.socket.abort()
            }
        }

        func next() async throws -> [UInt8]? {
            if isOver { return nil }
            do {
                let link = try await running()
                if let chunk = try await link.nextCopyChunk() {
                    // The server sends a row at a time.
                    rows += chunk.rows
                    return chunk.bytes
                }
            } catch {
                await finish()
                throw error
            }
            await finish()
            return nil
        }

        private func running() async throws -> Link {
            if let link { return link }
            let text = try sql.withLiterals()
            let started: Link
            switch source {
            case .pool(let pool):
                started = try await pool.borrow()
                do {
                    try await started.beginCopyOut(text)
                } catch {
                    await pool.giveBack(started)
                    throw error
                }
            case .connection(let connection):
                started = try connection.held()
                try await started.beginCopyOut(text)
            }
            link = started
            return started
        }

        private func finish() async {
            isOver = true
            guard let ended = link else { return }
            link = nil
            if case .pool(let pool) = source { await pool.giveBack(ended) }
        }
    }
}
