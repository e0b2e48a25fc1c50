// Reads question files. Knows the columns; knows nothing of the database.

import Foundation

/// A question set as a file: CSV or TSV with the columns `id, question, affirming_statement, negating_statement`, and
/// `topic` and `split` where they are known already; or JSON, an array of objects with the same names. Names of columns and
/// of splits are read in upper or lower case.
public struct QuestionFile: Sendable {
    /// The questions without problems, in the order of the file.
    public let questions: [Question]
    /// The ids of all rows, also of those with problems, in the order of the file and each once.
    public let keys: [String]
    /// Every problem found, by row.
    public let problems: [QuestionFileProblem]
    /// Columns that are not read.
    public let unusedColumns: [String]

    static let needed = ["id", "question", "affirming_statement", "negating_statement"]
    static let columns = needed + ["topic", "split"]

    /// Reads `path`.
    /// - Throws: ``QuestionFileError`` with every problem found, by row.
    public init(path: String) throws(QuestionFileError) {
        let text = try Self.text(of: path)
        try self.init(text, QuestionFormat(fileName: path, text: text))
        try requireNoProblems()
    }

    /// Reads CSV text (RFC 4180, a header first).
    /// - Throws: ``QuestionFileError`` with every problem found, by row.
    public init(csv text: String) throws(QuestionFileError) {
        try self.init(text, .csv)
        try requireNoProblems()
    }

    /// Reads text, and keeps the problems of rows instead of throwing them.
    /// - Throws: ``QuestionFileError`` when the text has not that form, or lacks a column.
    public init(_ text: String, _ format: QuestionFormat) throws(QuestionFileError) {
        let unmarked = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
        let (records, unused) = format == .json ? try Self.entries(unmarked) : try Self.rows(unmarked, format)
        var questions: [Question] = [], problems: [QuestionFileProblem] = []
        var keys: [String] = [], seen: [String: Int] = [:]
        for record in records {
            let splitName = record.values["split"].map { $0.trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
            let question = Question(
                key: record.values["id"] ?? "", text: record.values["question"] ?? "",
                affirmingStatement: record.values["affirming_statement"] ?? "",
                negatingStatement: record.values["negating_statement"] ?? "", topic: record.values["topic"],
                split: Split(name: splitName)
            ).trimmed
            var sentences = record.faults + question.problems
            if !splitName.isEmpty, question.split == nil {
                let known = Split.allCases.map(\.rawValue).joined(separator: ", ")
                sentences.append("split \(splitName.prefix(80)) is not one of \(known)")
            }
            if let before = seen[question.key] {
                sentences.append(
                    "id \(question.key.prefix(80)) appears twice, first in \(format == .json ? "entry" : "row") \(before)")
            }
            if !question.key.isEmpty, seen[question.key] == nil {
                keys.append(question.key)
                seen[question.key] = record.row
            }
            problems += sentences.map {
                QuestionFileProblem(
                    row: record.row, line: record.line, isEntry: format == .json,
                    key: question.key.isEmpty ? nil : String(question.key.prefix(80)), sentence: $0)
            }
            if sentences.isEmpty { questions.append(question) }
        }
        guard !records.isEmpty else { throw .problems(["the file has no questions"]) }
        self.questions = questions
        self.keys = keys
        self.problems = problems
        unusedColumns = unused
    }

    /// A file that cannot be read at all: no question, and why as its only problem.
    init(unreadable reason: QuestionFileError) {
        questions = []
        keys = []
        problems = [
            QuestionFileProblem(row: 1, line: 1, isEntry: false, key: nil, sentence: reason.description)
        ]
        unusedColumns = []
    }

    private func requireNoProblems() throws(QuestionFileError) {
        guard problems.isEmpty else { throw .problems(problems.map(\.description)) }
    }

    /// The text of a file: UTF-8, or UTF-16 with a mark, as spreadsheets save it.
    /// - Throws: ``QuestionFileError/unreadable(path:)``, ``QuestionFileError/notUTF8(path:)``.
    public static func text(of path: String) throws(QuestionFileError) -> String {
        let bytes: Data
        do {
            bytes = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw .unreadable(path: path)
        }
        guard let text = text(of: bytes) else { throw .notUTF8(path: path) }
        return text
    }

    /// The text in bytes: UTF-8, or UTF-16 with a mark; nil when they are neither.
    public static func text(of bytes: Data) -> String? {
        let isWide = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        return String(data: bytes, encoding: isWide ? .utf16 : .utf8)
    }

    // MARK: - The two forms

    /// One question as it was found.
    private struct Found {
        let row: Int
        let line: Int
        let values: [String: String]
        var faults: [String] = []
    }

    private static func rows(
        _ text: String, _ format: QuestionFormat
    ) throws(QuestionFileError) -> ([Found], unused: [String]) {
        let table: DelimitedText
        do {
            table = try DelimitedText(text, separator: format == .tsv ? "\t" : nil)
        } catch {
            guard case .openQuote(let line) = error else { throw .malformed("it cannot be read") }
            throw .malformed("the quoted text that begins on line \(line) has no closing quote")
        }
        let names = table.header.map { name in
            name.trimmingCharacters(in: .whitespacesAndNewlines).lowercased().replacing(" ", with: "_")
        }
        let missing = needed.filter { !names.contains($0) }
        guard missing.isEmpty else { throw .missingColumns(missing) }
        if let twice = columns.first(where: { name in names.count { $0 == name } > 1 }) {
            throw .malformed("it has two columns \(twice)")
        }
        let found = table.rows.map { row in
            let values = Dictionary(zip(names, row.values).filter { columns.contains($0.0) }) { first, _ in first }
            let surplus = row.values.dropFirst(names.count).contains { !$0.allSatisfy(\.isWhitespace) }
            return Found(
                row: row.number, line: row.line, values: values,
                faults: surplus ? ["it has \(row.values.count) values, the header has \(names.count)"] : [])
        }
        return (found, zip(names, table.header).filter { !columns.contains($0.0) && !$0.0.isEmpty }.map(\.1))
    }

    /// What a JSON file may hold, as far as questions need it.
    private enum Entry: Decodable {
        case object([String: Value])
        case other

        init(from decoder: any Decoder) throws {
            self = (try? decoder.singleValueContainer().decode([String: Value].self)).map { .object($0) } ?? .other
        }
    }

    private enum Value: Decodable {
        case text(String)
        case null
        case other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if value.decodeNil() {
                self = .null
            } else if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if (try? value.decode(Bool.self)) != nil {
                self = .other
            } else if let number = try? value.decode(Int.self) {
                self = .text("\(number)")
            } else if let number = try? value.decode(Double.self) {
                self = .text("\(number)")
            } else {
                self = .other
            }
        }
    }

    private static func entries(_ text: String) throws(QuestionFileError) -> ([Found], unused: [String]) {
        let list: [Entry]
        do {
            list = try JSONDecoder().decode([Entry].self, from: Data(text.utf8))
        } catch {
            throw .malformed(
                "it is not a JSON array of objects, such as [{\"id\": \"1\", \"question\": \"Should we …?\", …}]")
        }
        let lines = lines(ofEntriesIn: text)
        var unused: Set<String> = []
        let found = list.enumerated().map { index, entry -> Found in
            let line = index < lines.count ? lines[index] : 1
            guard case .object(let object) = entry else {
                return Found(row: index + 1, line: line, values: [:], faults: ["it is not an object"])
            }
            var values: [String: String] = [:], faults: [String] = []
            for (name, value) in object {
                guard columns.contains(name.lowercased()) else {
                    unused.insert(name)
                    continue
                }
                switch value {
                case .text(let text): values[name.lowercased()] = text
                case .null: break
                case .other: faults.append("\(name) must be a text or a number")
                }
            }
            return Found(row: index + 1, line: line, values: values, faults: faults.sorted())
        }
        return (found, unused.sorted())
    }

    /// The lines on which the entries of an array begin.
    private static func lines(ofEntriesIn text: String) -> [Int] {
        var lines: [Int] = [], line = 1, depth = 0, isQuoted = false, isEscaped = false, isBetween = true
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\n") { line += 1 }
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
                continue
            }
            let isSpace = byte == 0x20 || (9...13).contains(byte)
            if depth == 1, isBetween, !isSpace, byte != UInt8(ascii: "]") {
                lines.append(line)
                isBetween = false
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
            case UInt8(ascii: ",") where depth == 1: isBetween = true
            default: break
            }
        }
        return lines
    }
}
