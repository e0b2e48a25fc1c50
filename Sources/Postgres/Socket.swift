// The socket of one connection, as something a task can wait for.

import Glibc
import Synchronization

final class Socket: Sendable {
    struct Interest: OptionSet, Sendable {
        let rawValue: Int
        static let read = Interest(rawValue: 1)
        static let write = Interest(rawValue: 2)
    }

    private struct State {
        var waiter: CheckedContinuation<Void, Never>?
        var isClosed = false
        /// Set by `interrupt`; every wait returns at once from then on.
        var isInterrupted = false
    }

    let descriptor: Int32
    let token: UInt64
    private let reactor: Reactor
    private let state = Mutex(State())

    init(descriptor: Int32, token: UInt64, reactor: Reactor) {
        self.descriptor = descriptor
        self.token = token
        self.reactor = reactor
    }

    /// Suspends until the socket may be read or written, or broke. May return early: callers look and wait again. One
    /// task at a time.
    func wait(for interest: Interest) async {
        await withCheckedContinuation { continuation in
            let mayWait = state.withLock { state in
                guard !state.isClosed, !state.isInterrupted, state.waiter == nil else { return false }
                state.waiter = continuation
                return true
            }
            guard mayWait else { return continuation.resume() }
            if !reactor.arm(self, interest) { signal() }
        }
    }

    /// Wakes the waiting task.
    func signal() {
        state.withLock { state in
            defer { state.waiter = nil }
            return state.waiter
        }?.resume()
    }

    /// Wakes the waiting task now, and every later one: its work is over.
    func interrupt() {
        state.withLock { $0.isInterrupted = true }
        signal()
    }

    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Breaks the connection from any thread: whoever waits reads its end and gives up.
    func abort() {
        state.withLock { state in
            // Under the lock, so that the number cannot be closed and taken by another file meanwhile.
            if !state.isClosed { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    /// Stops watching; the descriptor itself is libpq's to close, afterwards.
    func close() {
        state.withLock { $0.isClosed = true }
        reactor.remove(self)
        signal()
    }
}
