// Writes question files, in the forms that QuestionFile reads.

import Foundation

/// A question set as text.
public enum QuestionExport {
    /// The file. Reading it again gives the same questions.
    /// - Parameter forSpreadsheets: whether CSV begins with a byte order mark, without which Excel garbles what is not English.
    public static func text(
        _ questions: [Question], as format: QuestionFormat, forSpreadsheets: Bool = false
    ) throws -> String {
        switch format {
        case .csv: (forSpreadsheets ? "\u{FEFF}" : "") + table(questions, separator: ",")
        case .tsv: table(questions, separator: "\t")
        case .json: try json(questions)
        }
    }

    private static func table(_ questions: [Question], separator: String) -> String {
        let rows = [QuestionFile.columns] + questions.map { values($0).map { $0 ?? "" } }
        return rows.map { row in
            row.map { quoted($0, separator) }.joined(separator: separator) + "\r\n"
        }.joined()
    }

    private static func values(_ question: Question) -> [String?] {
        [
            question.key, question.text, question.affirmingStatement, question.negatingStatement, question.topic,
            question.split?.rawValue,
        ]
    }

    private static func quoted(_ value: String, _ separator: String) -> String {
        let isPlain = !value.unicodeScalars.contains { "\"\r\n".unicodeScalars.contains($0) } && !value.contains(separator)
        return isPlain ? value : "\"\(value.replacing("\"", with: "\"\""))\""
    }

    /// The layout of the public Habermas Machine list: an object per line, a topic that is a whole number as one.
    private static func json(_ questions: [Question]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        func text(_ value: String) throws -> String { String(decoding: try encoder.encode(value), as: UTF8.self) }
        let lines = try questions.map { question in
            let members = try zip(QuestionFile.columns, values(question)).compactMap { name, value -> String? in
                guard let value else { return nil }
                let isNumber = name == "topic" && Int(value).map { "\($0)" } == value
                return "\"\(name)\": \(isNumber ? value : try text(value))"
            }
            return "  {\(members.joined(separator: ", "))}"
        }
        return "[\n\(lines.joined(separator: ",\n"))\n]\n"
    }
}
