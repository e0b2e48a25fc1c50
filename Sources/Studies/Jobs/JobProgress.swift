// How far a job is, told by its handler and stored by its runner.

import Synchronization

/// The latest that a handler has said of its progress.
public final class JobProgress: Sendable {
    struct Latest: Sendable, Equatable {
        var done: Int64 = 0
        var total: Int64?
        var note = ""
    }

    private let state = Mutex(Latest())

    public init() {}

    var latest: Latest { state.withLock { $0 } }

    /// Says that `done` of `total` is done; `note` says what is being done, in a few words.
    public func show(_ done: Int, of total: Int?, note: String = "") {
        state.withLock { $0 = Latest(done: Int64(done), total: total.map(Int64.init), note: note) }
    }
}
