// One connection to PostgreSQL: libpq in non-blocking mode, driven by readiness events.

import CLibPQ
import Foundation

/// Owns a PGconn. Statements of several tasks run one after another, in the order they came.
///
/// libpq never blocks here: every call is one of its asynchronous ones, and the time between is spent suspended on the
/// ``Socket``.
///
/// Measured against libpq's blocking calls on a thread per connection (PostgreSQL 15 over a unix socket, two busy
/// cores, prepared `SELECT $1::int`, medians of ten alternating rounds): one task at a time ran 1.4 times as many statements
/// per second this way, eight tasks over eight connections 1.0 times as many. So this is the only implementation.
actor Link {
    private let handles: Handshake
    nonisolated let socket: Socket
    private nonisolated let canceller: Canceller

    /// Set for good when the connection must not be used again.
    private var isBroken = false
    private var isClosed = false
    private var lastUse = ContinuousClock.now

    private var isTaken = false
    private var turns: [CheckedContinuation<Void, Never>] = []

    private var statements = StatementCache(capacity: 256)

    /// Connects. Throws ``PostgresError``.
    static func open(_ endpoint: Endpoint) async throws(PostgresError) -> Link {
        let handshake = try await OffPool.run { Handshake.perform(endpoint) }.get()
        guard let socket = Reactor.shared?.add(PQsocket(handshake.connection)) else {
            PQfinish(handshake.connection)
            handshake.isDoomed.deallocate()
            throw .unreachable("the system has no file descriptor left")
        }
        guard let canceller = Canceller(connection: handshake.connection, socket: socket) else {
            socket.close()
            PQfinish(handshake.connection)
            handshake.isDoomed.deallocate()
            throw .unreachable("out of memory")
        }
        return Link(handshake, socket, canceller)
    }

    private init(_ handshake: Handshake, _ socket: Socket, _ canceller: Canceller) {
        handles = handshake
        self.socket = socket
        self.canceller = canceller
    }

    deinit {
        // The last reference is gone, so nobody else is inside.
        if !isClosed {
            socket.close()
            PQfinish(handles.connection)
        }
        handles.isDoomed.deallocate()
    }

    private var connection: OpaquePointer { handles.connection }

    /// The server has said good-bye while nothing was asked.
    private var isDoomed: Bool { handles.isDoomed.pointee }

    /// Ends the session. Later calls throw `connectionLost`.
    func close() async {
        await takeTurn()
        defer { passTurn() }
        guard !isClosed else { return }
        isClosed = true
        isBroken = true
        socket.close()
        PQfinish(connection)
    }

    // MARK: Statements

    /// Runs one statement, prepared on its first use here.
    func run(_ sql: SQL, cancellable: Bool = true) async throws -> ResultSet {
        let text = sql.text
        let arguments = try Arguments(sql.values)
        return try await exclusively(cancellable: cancellable) {
            let wasIdle = PQtransactionStatus(connection) == PQTRANS_IDLE
            do {
                return try await runPrepared(text, arguments)
            } catch PostgresError.server(let error) where error.sqlState == "0A000" || error.sqlState == "26000" {
                // A table changed under a prepared statement (cached plan must not change result type), or something
                // deallocated it: prepare it anew, now or, when the transaction is lost, at its next use.
                guard let name = statements.remove(text) else { throw PostgresError.server(error) }
                guard wasIdle else { throw PostgresError.server(error) }
                _ = try? await simple("DEALLOCATE \(name)")
                return try await runPrepared(text, arguments)
            }
        }
    }

    /// Runs any number of statements, without values, as psql would; gives the last result.
    @discardableResult
    func script(_ text: String, cancellable: Bool = true) async throws -> ResultSet? {
        guard !text.utf8.contains(0) else { throw PostgresError.unbindable("a statement contains U+0000") }
        return try await exclusively(cancellable: cancellable) { try await simple(text) }
    }

    private func runPrepared(_ text: String, _ arguments: Arguments) async throws -> ResultSet {
        let name: String
        if let known = statements.name(of: text) {
            name = known
        } else {
            name = statements.nextName()
            try sent(PQsendPrepare(connection, name, text, 0, nil))
            _ = try await lastResult()
            if let evicted = statements.insert(text, name: name) {
                // Fails only inside a failed transaction, where preparing had failed before.
                _ = try await simple("DEALLOCATE \(evicted)")
            }
        }
        let isSent = arguments.withPointers { pointers in
            PQsendQueryPrepared(connection, name, Int32(pointers.count), pointers.baseAddress, nil, nil, 0)
        }
        try sent(isSent)
        guard let result = try await lastResult() else { throw lost() }
        return result
    }

    private func simple(_ text: String) async throws -> ResultSet? {
        try sent(PQsendQuery(connection, text))
        return try await lastResult()
    }

    /// Whether a transaction is open, and if so whether it can still succeed.
    var transactionStatus: PGTransactionStatusType {
        isBroken ? PQTRANS_UNKNOWN : PQtransactionStatus(connection)
    }

    // MARK: COPY

    /// Starts a COPY … TO STDOUT and keeps the connection until `endCopyOut`.
    func beginCopyOut(_ text: String) async throws {
        await takeTurn()
        do {
            try checkUsable()
            try Task.checkCancellation()
            try sent(PQsendQuery(connection, text))
            try await flush()
            guard let first = try await nextResult() else { throw lost() }
            if let error = first.failure {
                try await drain()
                throw PostgresError.server(error)
            }
            guard first.status == PGRES_COPY_OUT else {
                if first.status == PGRES_COPY_IN { try await refuseCopyIn("not wanted") }
                try await drain()
                throw PostgresError.notACopy
            }
        } catch {
            passTurn()
            throw error
        }
    }

    /// The next chunk of at most about 64 KiB (more only for a longer row); nil at the end, after which the connection
    /// is free again. Nothing is read from the socket between two calls.
    func nextCopyChunk() async throws -> (bytes: [UInt8], rows: Int)? {
        try checkUsable()
        let statement = canceller.begin()
        let outcome: Result<(bytes: [UInt8], rows: Int)?, any Error> = await withTaskCancellationHandler {
            do { return .success(try await readCopyChunk()) } catch { return .failure(error) }
        } onCancel: {
            canceller.cancel(statement)
        }
        if !isBroken { await canceller.end() }
        do {
            let chunk = try outcome.get()
            if chunk == nil { passTurn() }
            return chunk
        } catch {
            passTurn()
            throw cancellation(error)
        }
    }

    private func readCopyChunk() async throws -> (bytes: [UInt8], rows: Int)? {
        var chunk: [UInt8] = [], rows = 0
        while chunk.count < 65536 {
            var row: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(connection, &row, 1)
            if length > 0, let row {
                chunk.append(contentsOf: UnsafeRawBufferPointer(start: UnsafeRawPointer(row), count: Int(length)))
                PQfreemem(row)
                rows += 1
            } else if length == 0 {
                // Nothing more has arrived: hand over what there is, or wait.
                if !chunk.isEmpty { return (chunk, rows) }
                await socket.wait(for: .read)
                guard PQconsumeInput(connection) == 1 else { throw lost() }
            } else {
                if !chunk.isEmpty { return (chunk, rows) }
                _ = try await lastResult()
                return nil
            }
        }
        return (chunk, rows)
    }

    /// Runs a COPY … FROM STDIN with these chunks; gives the number of rows.
    func copyIn<S: AsyncSequence & Sendable>(_ text: String, from source: S) async throws -> Int
    where S.Element == [UInt8] {
        try await exclusively(cancellable: true) {
            try sent(PQsendQuery(connection, text))
            try await flush()
            guard let first = try await nextResult() else { throw lost() }
            if let error = first.failure {
                try await drain()
                throw PostgresError.server(error)
            }
            guard first.status == PGRES_COPY_IN else {
                if first.status == PGRES_COPY_OUT { throw lost("a COPY of the other direction was started") }
                try await drain()
                throw PostgresError.notACopy
            }
            do {
                for try await chunk in source {
                    try Task.checkCancellation()
                    // In pieces, so that libpq's buffer stays small whatever the source hands over.
                    var rest = chunk[...]
                    while !rest.isEmpty {
                        let piece = rest.prefix(65536)
                        rest = rest.dropFirst(piece.count)
                        let isPut = piece.withUnsafeBytes { bytes in
                            PQputCopyData(
                                connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
                        }
                        try sent(isPut == 1 ? 1 : 0)
                        try await flush()
                    }
                }
                // A source that ends early because its task was cancelled must not pass for a complete one.
                try Task.checkCancellation()
            } catch {
                if !isBroken { try? await refuseCopyIn("the source failed") }
                throw error
            }
            try sent(PQputCopyEnd(connection, nil) == 1 ? 1 : 0)
            return try await lastResult()?.affected ?? 0
        }
    }

    private func refuseCopyIn(_ reason: String) async throws {
        try sent(PQputCopyEnd(connection, reason) == 1 ? 1 : 0)
        try await drain()
    }

    // MARK: Notifications

    /// The next notification; nil when the task was cancelled or the listener ended by `Socket.interrupt`.
    func nextNotification() async throws -> (channel: String, payload: String)? {
        try checkUsable()
        while true {
            guard PQconsumeInput(connection) == 1 else { throw lost() }
            if let notification = PQnotifies(connection) {
                defer { PQfreemem(notification) }
                return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
            }
            if isDoomed { throw lost("the server ended the session") }
            if Task.isCancelled || socket.isInterrupted { return nil }
            await withTaskCancellationHandler {
                await socket.wait(for: .read)
            } onCancel: {
                socket.interrupt()
            }
        }
    }

    // MARK: Health

    /// Whether the connection can be lent out. Costs no round trip unless it lay idle for half a minute.
    func isHealthy() async -> Bool {
        await takeTurn()
        defer { passTurn() }
        guard !isBroken, PQstatus(connection) == CONNECTION_OK else { return false }
        // What the server said meanwhile: nothing, or good-bye.
        var descriptor = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        for _ in 0..<8 where poll(&descriptor, 1, 0) > 0 {
            guard PQconsumeInput(connection) == 1 else { return false }
            _ = PQisBusy(connection)
        }
        guard !isDoomed, PQtransactionStatus(connection) == PQTRANS_IDLE else { return false }
        guard ContinuousClock.now - lastUse > .seconds(30) else { return true }
        let watchdog = Task { [socket] in
            try await Task.sleep(for: .seconds(3))
            socket.abort()
        }
        defer { watchdog.cancel() }
        return (try? await simple("SELECT 1")) != nil && !isBroken
    }

    /// Leaves the connection as a borrower should find it; false when it has to be thrown away.
    func settle() async -> Bool {
        await takeTurn()
        defer { passTurn() }
        guard !isBroken, !isDoomed, PQstatus(connection) == CONNECTION_OK else { return false }
        switch PQtransactionStatus(connection) {
        case PQTRANS_IDLE:
            return true
        case PQTRANS_INTRANS, PQTRANS_INERROR:
            return (try? await simple("ROLLBACK")) != nil && PQtransactionStatus(connection) == PQTRANS_IDLE
        default:
            return false
        }
    }

    // MARK: One statement at a time

    /// Runs `body` when the statements before it are done; cancelling the task cancels what the server is doing.
    private func exclusively<T: Sendable>(
        cancellable: Bool, _ body: () async throws -> T
    ) async throws -> T {
        await takeTurn()
        defer { passTurn() }
        try checkUsable()
        lastUse = .now
        guard cancellable else { return try await body() }
        try Task.checkCancellation()
        let statement = canceller.begin()
        let outcome: Result<T, any Error> = await withTaskCancellationHandler {
            do { return .success(try await body()) } catch { return .failure(error) }
        } onCancel: {
            canceller.cancel(statement)
        }
        if !isBroken { await canceller.end() }
        do {
            return try outcome.get()
        } catch {
            throw cancellation(error)
        }
    }

    /// The server's "canceling statement due to user request" is our own doing when the task was cancelled.
    private func cancellation(_ error: any Error) -> any Error {
        guard Task.isCancelled, (error as? PostgresError)?.sqlState == "57014" else { return error }
        return CancellationError()
    }

    private func takeTurn() async {
        guard isTaken else {
            isTaken = true
            return
        }
        await withCheckedContinuation { turns.append($0) }
    }

    private func passTurn() {
        if turns.isEmpty { isTaken = false } else { turns.removeFirst().resume() }
    }

    // MARK: The exchange with the server

    private func checkUsable() throws(PostgresError) {
        if isBroken { throw .connectionLost("it had been lost before") }
    }

    /// Checks that libpq took a command.
    private func sent(_ outcome: Int32) throws(PostgresError) {
        if outcome != 1 { throw lost() }
    }

    /// Gives the connection up for good.
    private func lost(_ reason: String? = nil) -> PostgresError {
        let message = reason ?? (isClosed ? "it was closed" : String(cString: PQerrorMessage(connection)))
        isBroken = true
        return .connectionLost(PostgresError.oneLine(message))
    }

    private func flush() async throws {
        while true {
            switch PQflush(connection) {
            case 0: return
            case 1:
                // The server may stop reading until its own output is read.
                await socket.wait(for: [.read, .write])
                guard PQconsumeInput(connection) == 1 else { throw lost() }
            default: throw lost()
            }
        }
    }

    private func nextResult() async throws -> ResultSet? {
        while PQisBusy(connection) == 1 {
            await socket.wait(for: .read)
            guard PQconsumeInput(connection) == 1 else { throw lost() }
        }
        return PQgetResult(connection).map { ResultSet($0) }
    }

    /// Reads all results of what was sent and gives the last, or throws the first error.
    private func lastResult() async throws -> ResultSet? {
        try await flush()
        var last: ResultSet?
        var failure: ServerError?
        while let result = try await nextResult() {
            switch result.status {
            case PGRES_COPY_IN:
                // Only copyIn knows what to send.
                try await refuseCopyIn("COPY FROM STDIN was run as an ordinary statement")
                throw PostgresError.notACopy
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw lost("COPY TO STDOUT was run as an ordinary statement")
            default:
                last = result
                failure = failure ?? result.failure
            }
        }
        guard let failure else { return last }
        // 57P0x: the administrator, or a crash of another session, ended this one.
        if PQstatus(connection) == CONNECTION_BAD || failure.sqlState.hasPrefix("57P0") || failure.sqlState.isEmpty {
            throw lost(failure.message)
        }
        throw PostgresError.server(failure)
    }

    private func drain() async throws {
        while try await nextResult() != nil {}
    }
}
