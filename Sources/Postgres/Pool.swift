// Connections that wait for their next borrower.

import Foundation
import Synchronization

final class Pool: Sendable {
    private struct Waiter {
        let number: UInt64
        let continuation: CheckedContinuation<Link, any Error>
    }

    private struct State {
        var idle: [Link] = []
        /// Idle, lent and being opened.
        var open = 0
        var waiters: [Waiter] = []
        var next: UInt64 = 0
        var isClosed = false
        /// Why the last attempt to connect failed, until one succeeds.
        var trouble: PostgresError?
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    private let endpoint: Endpoint
    private let size: Int
    private let timeout: Duration
    private let state = Mutex(State())

    init(endpoint: Endpoint, size: Int, timeout: Duration) {
        self.endpoint = endpoint
        self.size = max(1, size)
        self.timeout = timeout
    }

    /// A healthy connection. Waits for at most the timeout; who came first is served first.
    func borrow() async throws -> Link {
        try Task.checkCancellation()
        while true {
            let idle: Link? = try state.withLock { state in
                if state.isClosed { throw PostgresError.closed }
                // Whoever waits already goes before.
                return state.waiters.isEmpty ? state.idle.popLast() : nil
            }
            guard let idle else { return try await wait() }
            if await idle.isHealthy() { return idle }
            discard(idle)
        }
    }

    /// Takes a connection back.
    func giveBack(_ link: Link) async {
        guard await link.settle() else { return discard(link) }
        let (waiter, isClosed) = state.withLock { state -> (Waiter?, Bool) in
            if state.isClosed { return (nil, true) }
            if !state.waiters.isEmpty { return (state.waiters.removeFirst(), false) }
            state.idle.append(link)
            return (nil, false)
        }
        if isClosed { return discard(link) }
        waiter?.continuation.resume(returning: link)
    }

    /// Drops a connection that must not be used again; its socket closes with the last reference.
    func discard(_ link: Link) {
        link.socket.abort()
        lostOne()
    }

    /// Opens one connection, or uses an idle one, without waiting for a database that is away.
    func probe() async throws {
        let idle = try state.withLock { state in
            if state.isClosed { throw PostgresError.closed }
            return state.idle.popLast()
        }
        if let idle {
            if await idle.isHealthy(), (try? await idle.run("SELECT 1")) != nil { return await giveBack(idle) }
            discard(idle)
        }
        let mayKeep = state.withLock { state in
            guard state.open < size else { return false }
            state.open += 1
            return true
        }
        do {
            let link = try await Link.open(endpoint)
            guard mayKeep else { return await link.close() }
            state.withLock { $0.trouble = nil }
            await giveBack(link)
        } catch {
            if mayKeep { lostOne() }
            throw error
        }
    }

    /// Refuses new borrowers, closes what is idle, and waits (at most the timeout) for what is lent.
    func close() async {
        let (idle, waiters) = state.withLock { state in
            state.isClosed = true
            state.open -= state.idle.count
            defer {
                state.idle = []
                state.waiters = []
            }
            return (state.idle, state.waiters)
        }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError.closed) }
        for link in idle { await link.close() }
        let patience = Task {
            try await Task.sleep(for: timeout)
            releaseClosers()
        }
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.open > 0 { state.closers.append(continuation) }
                return state.open <= 0
            }
            if isDone { continuation.resume() }
        }
        patience.cancel()
    }

    private func releaseClosers() {
        let closers = state.withLock { state in
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }

    // MARK: Waiting

    private func wait() async throws -> Link {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        let deadline = Task {
            try await Task.sleep(for: timeout)
            expire(number)
        }
        defer { deadline.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enum Next { case wait, open, take(Link), fail(any Error) }
                let next: Next = state.withLock { state in
                    if state.isClosed { return .fail(PostgresError.closed) }
                    if Task.isCancelled { return .fail(CancellationError()) }
                    // Given back since this task looked, and settled just now.
                    if state.waiters.isEmpty, let link = state.idle.popLast() { return .take(link) }
                    state.waiters.append(Waiter(number: number, continuation: continuation))
                    guard state.open < size else { return .wait }
                    state.open += 1
                    return .open
                }
                switch next {
                case .wait: break
                case .open: openOne()
                case .take(let link): continuation.resume(returning: link)
                case .fail(let error): continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            remove(number)?.continuation.resume(throwing: CancellationError())
        }
    }

    private func expire(_ number: UInt64) {
        guard let waiter = remove(number) else { return }
        waiter.continuation.resume(throwing: state.withLock { $0.trouble } ?? PostgresError.poolTimeout(timeout))
    }

    private func remove(_ number: UInt64) -> Waiter? {
        state.withLock { state in
            guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
            return state.waiters.remove(at: index)
        }
    }

    // MARK: Opening

    /// Connects on behalf of whoever waits; a database that is away is tried again until nobody waits any more.
    /// `state.open` already counts the connection.
    private func openOne() {
        Task {
            var pause = Duration.milliseconds(20)
            while true {
                do throws(PostgresError) {
                    let link = try await Link.open(endpoint)
                    state.withLock { $0.trouble = nil }
                    return await giveBack(link)
                } catch {
                    switch error {
                    case .unreachable, .connectionLost: break
                    // Too many connections: some may end.
                    case .server(let report) where report.sqlState == "53300": break
                    default: return fail(error)
                    }
                    let isWanted = state.withLock { state in
                        state.trouble = error
                        return !state.waiters.isEmpty
                    }
                    guard isWanted else { return lostOne() }
                    try? await Task.sleep(for: pause)
                    pause = min(pause * 2, .milliseconds(500))
                }
            }
        }
    }

    /// Waiting longer would not help anyone.
    private func fail(_ error: PostgresError) {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.continuation.resume(throwing: error) }
        lostOne()
    }

    /// One connection fewer: perhaps one to open for whoever waits.
    private func lostOne() {
        let (mustOpen, closers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
            state.open -= 1
            if state.isClosed, state.open <= 0 {
                defer { state.closers = [] }
                return (false, state.closers)
            }
            guard !state.isClosed, !state.waiters.isEmpty, state.open < size else { return (false, []) }
            state.open += 1
            return (true, [])
        }
        for closer in closers { closer.resume() }
        if mustOpen { openOne() }
    }
}
