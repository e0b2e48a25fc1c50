// Tables with one person per row, as platforms and spreadsheets save them.

import Foundation

/// A CSV or TSV file whose columns are known by their names.
struct SubmissionTable: Sendable {
    let rows: [DelimitedText.Row]
    private let header: [String]

    /// The text of the file at `path`.
    /// - Throws: ``SubmissionFileError/unreadable(path:)``.
    static func text(of path: String) throws(SubmissionFileError) -> String {
        guard let bytes = FileManager.default.contents(atPath: path), let text = QuestionFile.text(of: bytes) else {
            throw .unreadable(path: path)
        }
        return text
    }

    /// The text without the mark that spreadsheets put before it.
    /// - Throws: ``SubmissionFileError/notText``.
    static func unmarked(_ text: String) throws(SubmissionFileError) -> String {
        guard !text.utf8.contains(0) else { throw .notText }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    /// - Throws: ``SubmissionFileError/openQuote(line:)``.
    init(_ text: String) throws(SubmissionFileError) {
        let isTabbed = text.prefix { !$0.isNewline }.contains("\t")
        let table: DelimitedText
        do {
            table = try DelimitedText(text, separator: isTabbed ? "\t" : nil)
        } catch {
            guard case .openQuote(let line) = error else { throw .notText }
            throw .openQuote(line: line)
        }
        header = table.header.map { $0.trimmingCharacters(in: .whitespaces) }
        rows = table.rows
    }

    /// The place of the first column named `name`.
    func place(of name: String) -> Int? { header.firstIndex(of: name) }

    /// What a row has at `place`; nothing where it is too short.
    func value(of row: DelimitedText.Row, at place: Int) -> String {
        place < row.values.count ? row.values[place].trimmingCharacters(in: .whitespaces) : ""
    }
}
