// When a text quotes a person, so that it has to go when their words go.

/// The rule for quotation: six words of the opinion in a row, or all of a shorter one. Case and punctuation do not count.
public enum Quotation {
    /// Which share of the words of `text` stand in runs of so many words that stand in `source` too, 0 to 1.
    public static func share(of text: String, from source: String, runsOf run: Int) -> Double {
        let marks = Words(text).marks(sharedWith: Words(source), runsOf: run)
        return marks.isEmpty ? 0 : Double(marks.count { $0 }) / Double(marks.count)
    }

    /// Whether `text` quotes `opinion`.
    /// - Parameter common: what everybody has read, such as the question: where the opinion repeats it, that is nobody's
    ///   words. Half of a run has to be somebody's.
    public static func occurs(of opinion: String, in text: String, besides common: [String] = []) -> Bool {
        let opinion = Words(opinion), text = Words(text)
        let run = min(StatementCheck.copiedRun, opinion.count)
        var marks = text.marks(sharedWith: opinion, runsOf: run)
        for common in common.map(Words.init) {
            let shared = text.marks(sharedWith: common, runsOf: min(StatementCheck.copiedRun, common.count))
            for (index, isShared) in shared.enumerated() where isShared { marks[index] = false }
        }
        return marks.count { $0 } >= max(1, run / 2)
    }
}
