// What can be wrong with a file of submissions.

/// Why a file of submissions, or of attributes, cannot be used. Nothing was changed.
public enum SubmissionFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong with a row.
    public struct Fault: Sendable, Equatable {
        /// As a spreadsheet counts, from 1; the names of the columns are row 1.
        public let row: Int
        public let sentence: String

        public init(row: Int, _ sentence: String) {
            self.row = row
            self.sentence = sentence
        }
    }

    case unreadable(path: String)
    case notText
    case openQuote(line: Int)
    case noColumn(String)
    case noAttribute(String)
    case nobody
    /// Every row that cannot be used.
    case rows([Fault])

    /// How many rows the description names.
    private static let named = 10

    public var description: String {
        switch self {
        case .unreadable(let path): "cannot read \(path) as UTF-8 text"
        case .notText: "the file holds NUL characters; save it as text, such as CSV UTF-8"
        case .openQuote(let line): "the quoted text that begins on line \(line) has no closing quote"
        case .noColumn(let name):
            "the file has no column named \(name.prefix(80)); say which column has the ids (on the command line, with --column)"
        case .noAttribute(let name): "the file has no column named \(name), which recruitment.attributes lists"
        case .nobody: "there is nobody in the file; it needs a row for each person, below the names of the columns"
        case .rows(let faults):
            faults.prefix(Self.named).map { "row \($0.row): \($0.sentence)" }.joined(separator: "; ")
                + (faults.count > Self.named ? "; and \(faults.count - Self.named) more" : "")
        }
    }
}

extension SubmissionFileError.Fault {
    static func notID(_ text: String, row: Int) -> Self {
        .init(row: row, "\(text.prefix(80)) is no platform id: those are letters, digits, hyphens and underscores")
    }
}
