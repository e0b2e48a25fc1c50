// One thing that is wrong with a question file.

/// A fault of a row, as one sentence, and where it is.
public struct QuestionFileProblem: Codable, Sendable, Equatable, CustomStringConvertible {
    /// The row as a spreadsheet counts it (the header is row 1), or the entry of a JSON file, from 1.
    public let row: Int
    /// The line of the file that it begins on, from 1.
    public let line: Int
    /// Whether the file is JSON, so that the row is an entry.
    public let isEntry: Bool
    /// The id that stands there, if one does.
    public let key: String?
    public let sentence: String

    public var place: String {
        let name = isEntry ? "entry \(row)" : "row \(row)"
        return row == line ? name : "\(name) (line \(line))"
    }

    public var description: String { "\(place): \(sentence)" }
}
