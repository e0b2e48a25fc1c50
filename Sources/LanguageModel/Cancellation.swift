// A flag that a cancelled task raises and the engine's thread, and llama.cpp inside a decode, look at.

import Synchronization

final class Cancellation: Sendable {
    private let raised = Atomic(false)

    var isRaised: Bool { raised.load(ordering: .relaxed) }

    func raise() {
        raised.store(true, ordering: .relaxed)
    }
}
