// Files of submissions, as platforms export them.

import Foundation

/// The platform ids in a file: one per line, or the column of a CSV file.
public struct SubmissionFile: Sendable {
    public let platformIDs: [String]

    /// Reads the file at `path`.
    /// - Throws: ``SubmissionFileError``.
    public init(path: String, column: String, statusColumn: String, statuses: [String]) throws(SubmissionFileError) {
        try self.init(text: SubmissionTable.text(of: path), column: column, statusColumn: statusColumn, statuses: statuses)
    }

    /// - Parameters:
    ///   - text: what is in the file.
    ///   - column: the column of the ids. A file whose first line has one value only is read as one id per line.
    ///   - statuses: where the file has the column `statusColumn`, the statuses that count, in upper or lower case.
    /// - Throws: ``SubmissionFileError``, with every row that cannot be used.
    public init(text: String, column: String, statusColumn: String, statuses: [String]) throws(SubmissionFileError) {
        let text = try SubmissionTable.unmarked(text)
        var found: [(row: Int, id: String)] = []
        if text.prefix(while: { !$0.isNewline }).contains(where: { ",;\t".contains($0) }) {
            let table = try SubmissionTable(text)
            guard let ids = table.place(of: column) else { throw .noColumn(column) }
            let status = table.place(of: statusColumn)
            let wanted = Set(statuses.map { $0.uppercased() })
            for row in table.rows {
                if let status, !wanted.contains(table.value(of: row, at: status).uppercased()) { continue }
                found.append((row.number, table.value(of: row, at: ids)))
            }
        } else {
            let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            found = lines.enumerated().map { (row: $0 + 1, id: $1.trimmingCharacters(in: .whitespaces)) }
        }
        found = found.filter { !$0.id.isEmpty && $0.id != column }
        let faults = found.filter { PlatformIDs(participant: $0.id) == nil }
        guard faults.isEmpty else { throw .rows(faults.map { .notID($0.id, row: $0.row) }) }
        platformIDs = found.map(\.id)
    }
}
