// The example questions, read as plainly as the file allows.

import Foundation
import Simulation

/// A row of Examples/questions.csv.
struct QuestionRow: Sendable {
    let id: String
    let question: ContestedQuestion
    let topic: String
    let split: String
}

/// Examples/questions.csv, read independently of the product's own reader.
enum QuestionTable {
    static let header = ["id", "question", "affirming_statement", "negating_statement", "topic", "split"]

    static func records() throws -> [[String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return parse(try String(contentsOf: root.appending(path: "Examples/questions.csv"), encoding: .utf8))
    }

    static func rows() throws -> [QuestionRow] {
        try records().dropFirst().map { fields in
            QuestionRow(
                id: fields[0], question: .init(text: fields[1], affirming: fields[2], negating: fields[3]),
                topic: fields[4], split: fields[5])
        }
    }

    /// RFC 4180: fields may be quoted, and quotes in them are doubled.
    static func parse(_ text: String) -> [[String]] {
        var records: [[String]] = [], fields: [String] = [], field = "", isQuoted = false
        var characters = Substring(text)
        while let character = characters.popFirst() {
            switch character {
            case "\"" where isQuoted && characters.first == "\"": field.append(characters.removeFirst())
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                fields.append(field)
                field = ""
            case "\n" where !isQuoted, "\r\n" where !isQuoted:
                records.append(fields + [field])
                (fields, field) = ([], "")
            default: field.append(character)
            }
        }
        return fields.isEmpty && field.isEmpty ? records : records + [fields + [field]]
    }
}
