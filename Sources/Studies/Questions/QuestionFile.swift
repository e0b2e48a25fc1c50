// Reads question files. Knows the columns; knows nothing of the database.

import Foundation
import SwiftCSV

/// A question set as a CSV file with the columns `id, question, affirming_statement, negating_statement, topic, split`.
public struct QuestionFile: Sendable {
    /// The questions, in the order of the file.
    public let questions: [Question]

    static let columns = ["id", "question", "affirming_statement", "negating_statement", "topic", "split"]

    /// Reads `path`.
    /// - Throws: ``QuestionFileError`` with every problem found, by row.
    public init(path: String) throws(QuestionFileError) {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .unreadable(path: path)
        }
        guard let text = String(data: bytes, encoding: .utf8) else { throw .notUTF8(path: path) }
        try self.init(csv: text)
    }

    /// Reads CSV text (RFC 4180, a header first).
    /// - Throws: ``QuestionFileError`` with every problem found, by row.
    public init(csv text: String) throws(QuestionFileError) {
        let unmarked = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        let table: CSV<Named>
        do {
            table = try CSV<Named>(string: unmarked, delimiter: .comma)
        } catch {
            throw .malformed("\(error)")
        }
        let missing = Self.columns.filter { !table.header.contains($0) }
        guard missing.isEmpty else { throw .missingColumns(missing) }

        var questions: [Question] = []
        var problems: [String] = []
        var seen: Set<String> = []
        for (index, row) in table.rows.enumerated() {
            let place = "row \(index + 2)"
            func field(_ name: String) -> String {
                let value = (row[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
                if value.isEmpty { problems.append("\(place): \(name) is empty") }
                if value.unicodeScalars.contains("\0") { problems.append("\(place): \(name) holds a NUL character") }
                if value.count > 2_000 { problems.append("\(place): \(name) is longer than 2,000 characters") }
                return value
            }
            let key = field("id"), text = field("question"), affirming = field("affirming_statement")
            let negating = field("negating_statement"), topic = field("topic"), splitName = field("split")
            if !key.isEmpty, !seen.insert(key).inserted { problems.append("\(place): id \(key) appears twice") }
            guard let split = Split(rawValue: splitName) else {
                if !splitName.isEmpty {
                    let known = Split.allCases.map(\.rawValue).joined(separator: ", ")
                    problems.append("\(place): split \(splitName) is not one of \(known)")
                }
                continue
            }
            questions.append(
                Question(
                    key: key, text: text, affirmingStatement: affirming, negatingStatement: negating, topic: topic,
                    split: split))
        }
        guard problems.isEmpty else { throw .problems(problems) }
        guard !questions.isEmpty else { throw .problems(["the file has no questions"]) }
        self.questions = questions
    }
}
