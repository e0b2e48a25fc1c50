// What one version of a question set changed in another. Pure: it compares two lists.

import Consensus

/// The difference between two versions.
public struct QuestionDifference: Codable, Sendable, Equatable {
    /// A part of a question that changed.
    public struct Change: Codable, Sendable, Equatable {
        /// The column: question, affirming_statement, negating_statement, topic, split.
        public let field: String
        /// Nil where it had none.
        public let old: String?
        public let new: String?
        /// The texts word by word.
        public let words: TextDifference
    }

    /// A question that both versions have, with what changed in it.
    public struct Changed: Codable, Sendable, Equatable {
        public let key: String
        /// The question as it is now.
        public let question: String
        public let changes: [Change]
    }

    public let added: [Question]
    public let retired: [Question]
    public let changed: [Changed]
    /// The ids of questions that stand at another place among those that both have.
    public let moved: [String]
    /// How many questions are the same in both, wherever they stand.
    public let unchanged: Int

    public var isEmpty: Bool { added.isEmpty && retired.isEmpty && changed.isEmpty && moved.isEmpty }

    public init(from old: [Question], to new: [Question]) {
        let before = Dictionary(old.map { ($0.key, $0) }) { first, _ in first }
        let after = Set(new.map(\.key))
        added = new.filter { before[$0.key] == nil }
        retired = old.filter { !after.contains($0.key) }
        changed = new.compactMap { question in
            guard let earlier = before[question.key], earlier != question else { return nil }
            let parts: [(String, String?, String?)] = [
                ("question", earlier.text, question.text),
                ("affirming_statement", earlier.affirmingStatement, question.affirmingStatement),
                ("negating_statement", earlier.negatingStatement, question.negatingStatement),
                ("topic", earlier.topic, question.topic), ("split", earlier.split?.rawValue, question.split?.rawValue),
            ]
            let changes = parts.filter { $0.1 != $0.2 }.map {
                Change(field: $0.0, old: $0.1, new: $0.2, words: TextDifference(from: $0.1 ?? "", to: $0.2 ?? ""))
            }
            return Changed(key: question.key, question: question.text, changes: changes)
        }
        let common = new.filter { before[$0.key] != nil }.map(\.key)
        unchanged = common.count - changed.count
        let place = Dictionary(old.enumerated().map { ($1.key, $0) }) { first, _ in first }
        moved = Self.moved(common, places: common.map { place[$0] ?? 0 })
    }

    /// Those that are not in the longest part of the list that kept its order (patience sorting).
    private static func moved(_ keys: [String], places: [Int]) -> [String] {
        var tails: [Int] = []                                   // indices, by the length of the run that ends there
        var previous = [Int](repeating: -1, count: places.count)
        for index in places.indices {
            var low = 0, high = tails.count
            while low < high {
                let middle = (low + high) / 2
                if places[tails[middle]] < places[index] { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[index] = tails[low - 1] }
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var kept: Set<Int> = [], index = tails.last ?? -1
        while index >= 0 {
            kept.insert(index)
            index = previous[index]
        }
        return keys.indices.filter { !kept.contains($0) }.map { keys[$0] }
    }
}
