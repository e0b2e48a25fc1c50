// When a text quotes a person, so that it has to go when their words go.

/// The rule for quotation: six words of the opinion in a row, or all of a shorter one. Case and punctuation do not count.
public enum Quotation {
    /// Which share of the words of `text` stand in runs of so many words that stand in `source` too, 0 to 1.
    public static func share(of text: String, from source: String, runsOf run: Int) -> Double {
        let marks = Words(text).marks(sharedWith: Words(source), runsOf: run)
        return marks.isEmpty ? 0 : Double(marks.count { $0 }) / Double(marks.count)
    }

    /// Whether `text` quotes `opinion`.
    public static func occurs(of opinion: String, in text: String) -> Bool {
        let opinion = Words(opinion)
        return Words(text).marks(sharedWith: opinion, runsOf: min(StatementCheck.copiedRun, opinion.count)).contains(true)
    }
}
