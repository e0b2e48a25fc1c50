// Counts what happens in several tasks.

import Synchronization

final class Tally: Sendable {
    private let counted = Mutex(0)

    var count: Int { counted.withLock { $0 } }

    /// Counts one more; gives the number so far.
    @discardableResult
    func add() -> Int {
        counted.withLock { count in
            count += 1
            return count
        }
    }
}
