// Files of what is known of people before they come.

import Foundation
import SwiftCSV

/// The attributes in a CSV file with a column of platform ids, one line per person.
public struct AttributeFile: Sendable {
    /// Per platform id, the attributes that have a value.
    public let people: [String: [String: String]]

    /// - Parameters:
    ///   - column: the column of the ids.
    ///   - attributes: the columns to read; others are left out.
    /// - Throws: ``SubmissionFileError``.
    public init(path: String, column: String, attributes: [String]) throws(SubmissionFileError) {
        guard let bytes = FileManager.default.contents(atPath: path), let text = String(data: bytes, encoding: .utf8) else {
            throw .unreadable(path: path)
        }
        let unmarked = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        guard let table = try? CSV<Named>(string: unmarked, delimiter: .comma), table.header.contains(column) else {
            throw .noColumn(column)
        }
        if let missing = attributes.first(where: { !table.header.contains($0) }) { throw .noAttribute(missing) }
        var people: [String: [String: String]] = [:]
        for row in table.rows {
            let id = (row[column] ?? "").trimmingCharacters(in: .whitespaces)
            if id.isEmpty { continue }
            guard let ids = PlatformIDs(participant: id) else { throw .badID(id) }
            guard people[ids.participant] == nil else { throw .twice(id) }
            people[ids.participant] = attributes.reduce(into: [:]) { values, name in
                let value = (row[name] ?? "").trimmingCharacters(in: .whitespaces)
                if !value.isEmpty { values[name] = String(value.prefix(200)) }
            }
        }
        self.people = people
    }
}
