// Texts as runs of words, to find what was copied from where.

/// The words of a text in lower case, without punctuation.
struct Words {
    let list: [Substring]

    init(_ text: String) {
        let plain = text.lowercased().filter { !"'’".contains($0) }
        list = plain.split { !$0.isLetter && !$0.isNumber }
    }

    var count: Int { list.count }

    /// Which of these words lie in a run of at least `length` words that `other` has too.
    func marks(sharedWith other: Words, runsOf length: Int) -> [Bool] {
        var marks = [Bool](repeating: false, count: count)
        guard length > 0, count >= length, other.count >= length else { return marks }
        // run[j]: how many words before and including other[j] equal those up to the present word.
        var run = [Int](repeating: 0, count: other.count)
        for (index, word) in list.enumerated() {
            var diagonal = 0
            for otherIndex in run.indices {
                let above = run[otherIndex]
                run[otherIndex] = word == other.list[otherIndex] ? diagonal + 1 : 0
                diagonal = above
                if run[otherIndex] == length {
                    for covered in (index - length + 1)...index { marks[covered] = true }
                } else if run[otherIndex] > length {
                    marks[index] = true
                }
            }
        }
        return marks
    }

    /// The share of these words that lie in a run of at least `length` words that `other` has too, 0 to 1.
    func share(in other: Words, runsOf length: Int) -> Double {
        guard count > 0 else { return 0 }
        let marked = marks(sharedWith: other, runsOf: length).reduce(0) { $0 + ($1 ? 1 : 0) }
        return Double(marked) / Double(count)
    }

    /// Whether `other`, whole, is a run of these words.
    func contains(_ other: Words) -> Bool {
        guard other.count > 0 else { return false }
        return marks(sharedWith: other, runsOf: other.count).contains(true)
    }
}
