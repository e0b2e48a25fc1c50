// When a text quotes a person, so that it has to go when their words go.

/// The rule for quotation: six words of the opinion in a row, or all of a shorter one. Case and punctuation do not count.
public enum Quotation {
    /// Whether `text` quotes `opinion`.
    public static func occurs(of opinion: String, in text: String) -> Bool {
        let opinion = Words(opinion)
        return Words(text).marks(sharedWith: opinion, runsOf: min(StatementCheck.copiedRun, opinion.count)).contains(true)
    }
}
