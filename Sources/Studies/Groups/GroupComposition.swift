// Choosing a group's members so that it holds whom it needs. Pure.

/// The needs of a group: each that so many members at least meet a criterion.
public struct GroupComposition: Sendable {
    /// Which of the needs a person meets.
    public struct Merits: OptionSet, Hashable, Sendable {
        public let rawValue: UInt8
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// - Parameter meets: per need, whether the person meets it.
        public init(_ meets: [Bool]) {
            self.init(rawValue: meets.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) })
        }

        func meets(_ need: Int) -> Bool { rawValue & (1 << UInt8(need)) != 0 }
    }

    /// Members at least, per need; eight needs at most.
    private let needs: [Int]

    public init(_ needs: [Int] = []) {
        self.needs = needs
    }

    /// The members of a group of `size`: of all that meet the needs, the one that serves those who came first. Whoever
    /// can be in a group at all comes before those who came later.
    /// - Parameters:
    ///   - people: in the order of arrival.
    ///   - first: somebody who has to be in it.
    /// - Returns: their places in `people`, in order; nil when no group of these people meets the needs.
    public func choose(_ size: Int, from people: [Merits], including first: Int? = nil) -> [Int]? {
        var open = needs, chosen: [Int] = []
        var left = people.reduce(into: [Merits: Int]()) { $0[$1, default: 0] += 1 }
        for index in [first].compactMap(\.self) + people.indices.filter({ $0 != first }) where chosen.count < size {
            let person = people[index]
            left[person, default: 0] -= 1
            let after = fill(open, with: person), places = size - chosen.count - 1
            guard left.values.reduce(0, +) >= places, canCover(after, in: places, from: left) else {
                if index == first { return nil }
                continue
            }
            open = after
            chosen.append(index)
        }
        return chosen.count == size ? chosen.sorted() : nil
    }

    /// How many places of a group of `size` the people take, the first of them being in it: the others are those whom
    /// it waits for, one for each need that is open.
    public func placesTaken(of size: Int, by people: [Merits]) -> Int {
        var open = needs, taken = 0
        for person in people where taken < size {
            let after = fill(open, with: person)
            guard taken == 0 || after.reduce(0, +) <= size - taken - 1 else { continue }
            open = after
            taken += 1
        }
        return taken
    }

    private func fill(_ open: [Int], with person: Merits) -> [Int] {
        open.enumerated().map { person.meets($0) ? max(0, $1 - 1) : $1 }
    }

    private func canCover(_ open: [Int], in places: Int, from left: [Merits: Int]) -> Bool {
        guard let need = open.firstIndex(where: { $0 > 0 }) else { return true }
        guard open.max() ?? 0 <= places else { return false }
        return left.contains { person, count in
            guard count > 0, person.meets(need) else { return false }
            var rest = left
            rest[person] = count - 1
            return canCover(fill(open, with: person), in: places - 1, from: rest)
        }
    }
}
