// What to do with the people in a lobby. Pure: who waits, in; what happens, out.

/// One look at a lobby: which groups start, who is asked whether they are still there, who counts as idle, and whose
/// wait is over.
public struct LobbyPlan<ID: Hashable & Sendable>: Sendable {
    /// Somebody who waits for a group.
    public struct Person: Sendable {
        /// Whether somebody is at the page, as far as is known.
        public enum Attention: Sendable, Hashable, CaseIterable {
            /// They have shown it so lately that a group can start with them.
            case fresh
            /// So long ago that they would be asked before a group starts.
            case unsure
            /// They are being asked.
            case asked
            /// They were asked, and their time to answer is over.
            case askedInVain
            /// They did not answer, and have not come back.
            case idle
        }

        public let id: ID
        /// Whether their page is open.
        public let isPresent: Bool
        /// Whether their time in the lobby is over.
        public let isLate: Bool
        public let attention: Attention
        /// Which needs of the study's groups they meet.
        public let merits: GroupComposition.Merits

        public init(
            id: ID, isPresent: Bool, isLate: Bool, attention: Attention, merits: GroupComposition.Merits = []
        ) {
            self.id = id
            self.isPresent = isPresent
            self.isLate = isLate
            self.attention = attention
            self.merits = merits
        }
    }

    /// Groups that start, each in the order of arrival.
    public private(set) var groups: [[ID]] = []
    /// Those who are asked from now on.
    public private(set) var asked: [ID] = []
    /// Those who did not answer.
    public private(set) var idle: [ID] = []
    /// Those whose wait is over, and why.
    public private(set) var ended: [(id: ID, reason: EndReason)] = []

    /// Whether nothing happens.
    public var isEmpty: Bool { groups.isEmpty && asked.isEmpty && idle.isEmpty && ended.isEmpty }

    /// - Parameters:
    ///   - people: everybody in the lobby, in the order of arrival.
    ///   - sizes: how many the next groups have, in the order in which they start; the last for all after it.
    ///   - minimum: how many one may have when somebody's time is over.
    ///   - composition: what each group needs.
    ///   - places: how many groups the study still wants.
    public init(
        people: [Person], sizes: [Int], minimum: Int, composition: GroupComposition = GroupComposition(), places: Int
    ) {
        var places = places
        idle = people.filter { $0.attention == .askedInVain }.map(\.id)
        var candidates = people.filter { $0.isPresent && $0.attention != .askedInVain && $0.attention != .idle }
        var settled = Set<ID>()

        /// Starts a group of `chosen`, or asks those of whom it is not sure that they are there.
        func start(_ chosen: [Person]) {
            if chosen.allSatisfy({ $0.attention == .fresh }) {
                groups.append(chosen.map(\.id))
            } else {
                asked += chosen.filter { $0.attention == .unsure }.map(\.id)
            }
            places -= 1
            settled.formUnion(chosen.map(\.id))
            candidates.removeAll { settled.contains($0.id) }
        }
        /// The size of the group that starts next.
        var size: Int { sizes.isEmpty ? minimum : sizes[min(groups.count, sizes.count - 1)] }
        func choose(_ size: Int, including first: Int? = nil) -> [Person]? {
            guard candidates.count >= size else { return nil }
            return composition.choose(size, from: candidates.map(\.merits), including: first)?.map { candidates[$0] }
        }
        while places > 0, let chosen = choose(size) { start(chosen) }
        // Smaller groups, but not while one is about to start whose members may yet turn out to be away.
        let isPending = people.contains { settled.contains($0.id) && $0.attention != .fresh }
        /// The largest group with somebody in it whose time is over.
        func chooseSmaller() -> [Person]? {
            for smaller in stride(from: min(size - 1, candidates.count), through: minimum, by: -1) {
                for late in candidates.indices where candidates[late].isLate {
                    if let chosen = choose(smaller, including: late) { return chosen }
                }
            }
            return nil
        }
        while places > 0, !isPending, let chosen = chooseSmaller() { start(chosen) }
        let isStillPending = people.contains { settled.contains($0.id) && $0.attention != .fresh }

        for person in people where !settled.contains(person.id) {
            let isThere = person.isPresent && person.attention != .askedInVain && person.attention != .idle
            if places == 0, !isStillPending {
                ended.append((person.id, .overQuota))
            } else if person.isLate, !isThere {
                ended.append((person.id, .timedOut))
            } else if person.isLate, !isStillPending {
                ended.append((person.id, .waitedInVain))
            }
        }
        let gone = Set(ended.map(\.id))
        idle.removeAll { gone.contains($0) }
    }
}
