// Which statements a connection has prepared; bounded, the longest unused goes first.

struct StatementCache {
    private struct Entry {
        let name: String
        var lastUse: UInt64
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var uses: UInt64 = 0
    private var names: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The name a statement was prepared under.
    mutating func name(of text: String) -> String? {
        uses += 1
        entries[text]?.lastUse = uses
        return entries[text]?.name
    }

    /// A name that was never used on this connection.
    mutating func nextName() -> String {
        names += 1
        return "s\(names)"
    }

    /// Remembers a prepared statement; gives the name of one to deallocate, when there are too many.
    mutating func insert(_ text: String, name: String) -> String? {
        uses += 1
        entries[text] = Entry(name: name, lastUse: uses)
        guard entries.count > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) else {
            return nil
        }
        entries[oldest.key] = nil
        return oldest.value.name
    }

    /// Forgets a statement; gives the name it had.
    mutating func remove(_ text: String) -> String? {
        entries.removeValue(forKey: text)?.name
    }
}
