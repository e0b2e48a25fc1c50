// Tells work on another thread to stop.

import Synchronization

/// A flag that is raised once.
final class Stop: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    func raise() { raised.store(true, ordering: .relaxed) }
}
