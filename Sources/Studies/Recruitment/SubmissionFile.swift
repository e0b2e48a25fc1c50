// Files of submissions, as platforms export them.

import Foundation
import SwiftCSV

/// The platform ids in a file: one per line, or the column of a CSV file.
public struct SubmissionFile: Sendable {
    public let platformIDs: [String]

    /// - Parameters:
    ///   - column: the column of the ids. A file whose first line does not have it is read as one id per line.
    ///   - statuses: where the file has the column `statusColumn`, the statuses that count.
    /// - Throws: ``SubmissionFileError``.
    public init(path: String, column: String, statusColumn: String, statuses: [String]) throws(SubmissionFileError) {
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(data: bytes, encoding: .utf8) else {
            throw .unreadable(path: path)
        }
        let unmarked = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        var ids: [String]
        if unmarked.prefix(while: { !$0.isNewline }).contains(",") {
            guard let table = try? CSV<Named>(string: unmarked, delimiter: .comma), table.header.contains(column) else {
                throw .noColumn(column)
            }
            let rows = table.header.contains(statusColumn)
                ? table.rows.filter { statuses.contains(($0[statusColumn] ?? "").uppercased()) } : table.rows
            ids = rows.compactMap { $0[column] }
        } else {
            ids = unmarked.split(whereSeparator: \.isNewline).map(String.init)
        }
        ids = ids.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && $0 != column }
        if let bad = ids.first(where: { PlatformIDs(participant: $0) == nil }) { throw .badID(bad) }
        platformIDs = ids
    }
}
