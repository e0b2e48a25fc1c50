// Where blocking calls go, so that none runs on Swift's cooperative threads.

import Foundation

/// Threads for work that blocks, or computes for long.
public enum OffPool {
    /// Runs work on a thread of its own. Only for rare things (connecting, cancelling, starting a process): a thread costs some 30 µs. Dispatch's global queues would not do: on Linux, Swift's own threads come from there.
    public static func run<T: Sendable>(_ work: @escaping @Sendable () -> T) async -> T {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: work())
            }
        }
    }
}
