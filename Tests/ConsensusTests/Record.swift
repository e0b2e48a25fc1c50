// What happened during a test, written by one thread and read by another.

import Synchronization

final class Record<Element: Sendable>: Sendable {
    private let values = Mutex<[Element]>([])

    var all: [Element] { values.withLock { $0 } }

    func append(_ value: Element) {
        values.withLock { $0.append(value) }
    }
}
