// Cancels the statement that a connection is running.

import CLibPQ
import Foundation
import Synchronization

/// Sends PostgreSQL's cancel request, on a thread of its own because libpq's call blocks.
///
/// `@unchecked Sendable`: the PGcancel is read-only after it was created, libpq documents PQcancel as safe from any
/// thread, and it is freed in deinit, after the last call (a running call holds `self`).
final class Canceller: @unchecked Sendable {
    private struct State {
        var statement: UInt64 = 0
        var isRunning = false
        var isSending = false
        var settled: CheckedContinuation<Void, Never>?
    }

    private let handle: OpaquePointer
    private let socket: Socket
    private let state = Mutex(State())

    init?(connection: OpaquePointer, socket: Socket) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
        self.socket = socket
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// A statement starts; gives the number to cancel it by.
    func begin() -> UInt64 {
        state.withLock { state in
            state.statement += 1
            state.isRunning = true
            return state.statement
        }
    }

    /// The statement ended. Waits for a request on its way, so that it cannot hit the next statement.
    func end() async {
        await withCheckedContinuation { continuation in
            let isSettled = state.withLock { state in
                state.isRunning = false
                if state.isSending { state.settled = continuation }
                return !state.isSending
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Cancels the statement of this number, if it is still running.
    ///
    /// A request that arrives before its statement does is ignored by the server, so it is repeated until the statement
    /// has ended; after five seconds in vain the connection is cut.
    func cancel(_ statement: UInt64) {
        guard state.withLock({ $0.isRunning && $0.statement == statement }) else { return }
        Thread.detachNewThread { [self] in
            for _ in 0..<25 {
                let maySend = state.withLock { state in
                    // Somebody else's request may be on its way, for the next statement: its mark is left alone.
                    guard state.isRunning, state.statement == statement else { return false }
                    state.isSending = true
                    return true
                }
                guard maySend else { return }
                var reason = [CChar](repeating: 0, count: 256)
                _ = PQcancel(handle, &reason, Int32(reason.count))
                let (isOver, settled) = state.withLock { state in
                    defer { state.settled = nil }
                    state.isSending = false
                    return (!(state.isRunning && state.statement == statement), state.settled)
                }
                settled?.resume()
                if isOver { return }
                Thread.sleep(forTimeInterval: 0.2)
            }
            if state.withLock({ $0.isRunning && $0.statement == statement }) { socket.abort() }
        }
        // The request itself can hang where packets are dropped.
        Thread.detachNewThread { [self] in
            Thread.sleep(forTimeInterval: 6)
            if state.withLock({ $0.isRunning && $0.statement == statement }) { socket.abort() }
        }
    }
}
