// Files of what is known of people before they come.

import Foundation

/// The attributes in a CSV file with a column of platform ids, one line per person.
public struct AttributeFile: Sendable {
    /// How long the value of an attribute can be, in characters; what is longer is cut off.
    private static let longest = 200

    /// Per platform id, the attributes that have a value.
    public let people: [String: [String: String]]

    /// Reads the file at `path`.
    /// - Throws: ``SubmissionFileError``.
    public init(path: String, column: String, attributes: [String]) throws(SubmissionFileError) {
        try self.init(text: SubmissionTable.text(of: path), column: column, attributes: attributes)
    }

    /// - Parameters:
    ///   - text: what is in the file.
    ///   - column: the column of the ids.
    ///   - attributes: the columns to read; others are left out.
    /// - Throws: ``SubmissionFileError``, with every row that cannot be used.
    public init(text: String, column: String, attributes: [String]) throws(SubmissionFileError) {
        let table = try SubmissionTable(SubmissionTable.unmarked(text))
        guard let ids = table.place(of: column) else { throw .noColumn(column) }
        var places: [String: Int] = [:]
        for name in attributes {
            guard let place = table.place(of: name) else { throw .noAttribute(name) }
            places[name] = place
        }
        var people: [String: [String: String]] = [:], faults: [SubmissionFileError.Fault] = []
        for row in table.rows {
            let text = table.value(of: row, at: ids)
            if text.isEmpty { continue }
            guard let id = PlatformIDs(participant: text)?.participant else {
                faults.append(.notID(text, row: row.number))
                continue
            }
            guard people[id] == nil else {
                faults.append(.init(row: row.number, "\(id) is there twice"))
                continue
            }
            people[id] = places.compactMapValues { place in
                let value = table.value(of: row, at: place)
                return value.isEmpty ? nil : String(value.prefix(Self.longest))
            }
        }
        guard faults.isEmpty else { throw .rows(faults) }
        guard !people.isEmpty else { throw .nobody }
        self.people = people
    }
}
