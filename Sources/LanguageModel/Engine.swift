// The thread that computes. Swift's own pool must not be blocked for seconds, and llama.cpp keeps its worker threads
// only as long as the same thread calls it.

import Dispatch
import Foundation
import Synchronization

/// One thread that runs jobs in the order they came. It ends when the engine is let go.
final class Engine: Sendable {
    private struct Job: Sendable {
        let number: Int
        let run: @Sendable () -> Void
        let refuse: @Sendable () -> Void
    }

    /// What the thread and the engine share, so that the thread does not keep the engine alive.
    private final class Line: Sendable {
        struct State {
            var waiting: [Job] = []
            var isRunning = false
            var lastNumber = 0
            var isClosed = false
        }

        let state = Mutex(State())
        let arrivals = DispatchSemaphore(value: 0)

        /// Runs jobs until closed.
        func serve() {
            while true {
                arrivals.wait()
                let (job, isClosed) = state.withLock { state in
                    let job = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
                    state.isRunning = job != nil
                    return (job, state.isClosed)
                }
                if let job {
                    job.run()
                    state.withLock { $0.isRunning = false }
                } else if isClosed {
                    return
                }
            }
        }
    }

    private let line = Line()

    init(name: String) {
        let thread = Thread { [line] in line.serve() }
        thread.name = name
        // llama.cpp's graphs recurse; the default for secondary threads is small on some systems.
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit {
        line.state.withLock { $0.isClosed = true }
        line.arrivals.signal()
    }

    /// Jobs that wait or run.
    var load: Int {
        line.state.withLock { $0.waiting.count + ($0.isRunning ? 1 : 0) }
    }

    /// Runs `work` on the thread when all that came before is done. When the task is cancelled, work that has not begun
    /// is taken out of the line, and work that has begun is told so.
    func run<Value: Sendable>(_ work: @escaping @Sendable (Cancellation) throws -> Value) async throws -> Value {
        let cancellation = Cancellation()
        let number = line.state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let job = Job(
                    number: number,
                    run: { continuation.resume(with: Result { try work(cancellation) }) },
                    refuse: { continuation.resume(throwing: CancellationError()) })
                // Looked at under the lock that the handler takes after raising: one of the two refuses, never both.
                let isRefused = line.state.withLock { state in
                    if cancellation.isRaised { return true }
                    state.waiting.append(job)
                    return false
                }
                if isRefused { job.refuse() } else { line.arrivals.signal() }
            }
        } onCancel: {
            cancellation.raise()
            let withdrawn = line.state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            withdrawn?.refuse()
        }
    }
}
