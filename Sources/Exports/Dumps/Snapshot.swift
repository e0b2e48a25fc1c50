// PostgreSQL's snapshots: which transactions a reader sees.

/// A pg_snapshot: transactions before `oldest` are seen, those from `next` on are not, and those between unless they were in
/// progress.
struct Snapshot: Equatable, Sendable {
    let oldest: UInt64
    let next: UInt64
    let inProgress: [UInt64]

    init(oldest: UInt64, next: UInt64, inProgress: [UInt64]) {
        self.oldest = oldest
        self.next = next
        self.inProgress = inProgress
    }

    /// Reads `10:20:10,14`: what PostgreSQL would.
    init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let oldest = UInt64(parts[0]), let next = UInt64(parts[1]), 0 < oldest, oldest <= next else {
            return nil
        }
        let list = parts[2].split(separator: ",", omittingEmptySubsequences: false)
        let inProgress = parts[2].isEmpty ? [] : list.compactMap { UInt64($0) }
        guard parts[2].isEmpty || inProgress.count == list.count, inProgress.allSatisfy((oldest..<next).contains),
            zip(inProgress, inProgress.dropFirst()).allSatisfy(<)
        else { return nil }
        self.init(oldest: oldest, next: next, inProgress: inProgress)
    }

    var text: String { "\(oldest):\(next):\(inProgress.map(String.init).joined(separator: ","))" }

    /// The same as a part of a name: `873`, or `873-without-870` where a transaction before it had not ended.
    var name: String {
        inProgress.isEmpty ? "\(next)" : "\(next)-without-\(inProgress.map(String.init).joined(separator: "-"))"
    }

    /// The same with every number so much higher.
    func ahead(by number: UInt64) -> Snapshot {
        Snapshot(oldest: oldest + number, next: next + number, inProgress: inProgress.map { $0 + number })
    }

    /// What it says of transactions up to `newest`, the last that it sees the changes of: later ones count as not seen, which
    /// is so whether they had begun or not.
    func upTo(_ newest: UInt64) -> Snapshot {
        let pending = inProgress.filter { $0 <= newest }
        return Snapshot(oldest: pending.min() ?? newest + 1, next: newest + 1, inProgress: pending)
    }
}
