// Writes values as YAML that a person likes to read: keys in the order of the shape, short things on one line.

import Foundation

/// Writes parts of study files.
enum StudyFileWriter {
    /// What fits on a line.
    private static let width = 100

    /// `key: value`, the first line without its indentation, the others with it.
    static func entry(_ key: String, _ value: StudyFileValue, as shape: Shape?, indent: Int) -> [String] {
        let name = inline(.text(key))
        return attached("\(name):", value, as: shape, indent: indent, isEntry: false)
    }

    /// `- value`, the first line without its indentation.
    static func item(_ value: StudyFileValue, as shape: Shape?, indent: Int) -> [String] {
        attached("-", value, as: shape, indent: indent, isEntry: true)
    }

    /// The whole of a file.
    static func file(_ value: StudyFileValue, as shape: Shape) -> String {
        guard case .record(let fields) = value else { return inline(value) + "\n" }
        return ordered(fields, as: shape).flatMap { entry($0.key, $0.value, as: $0.shape, indent: 0) }.joined(separator: "\n") + "\n"
    }

    /// The fields of a record in the order of its shape; others after them, by name.
    static func ordered(_ fields: [String: StudyFileValue], as shape: Shape?) -> [(key: String, value: StudyFileValue, shape: Shape?)] {
        var known: [Shape.Field] = []
        if case .record(let own)? = shape { known = own }
        let first = known.compactMap { field in fields[field.key].map { (key: field.key, value: $0, shape: Optional(field.shape)) } }
        let others = fields.filter { field in !known.contains { $0.key == field.key } }.sorted { $0.key < $1.key }
        return first + others.map { (key: $0.key, value: $0.value, shape: nil) }
    }

    private static func attached(
        _ head: String, _ value: StudyFileValue, as shape: Shape?, indent: Int, isEntry: Bool
    ) -> [String] {
        let inner = indent + 2
        let space = String(repeating: " ", count: inner)
        let line = inline(value, as: shape)
        let fits = indent + head.count + 1 + line.count <= width
        switch value {
        case .text(let text):
            guard !fits || text.contains("\n"), let block = folded(text, indent: inner) else { return ["\(head) \(line)"] }
            return ["\(head) \(block[0])"] + block.dropFirst()
        case .list(let entries):
            if entries.isEmpty || fits && entries.allSatisfy(\.isShort) { return ["\(head) \(line)"] }
            let element: Shape? = switch shape {
            case .list(let element, _)?, .oneOrMore(let element, _)?: element
            default: nil
            }
            let lines = entries.flatMap { item in
                let written = self.item(item, as: element, indent: inner)
                return [space + written[0]] + written.dropFirst()
            }
            return [head] + lines
        case .record(let fields):
            let isFlat = fields.values.allSatisfy { $0.isShort || $0.isShortList }
            if fields.isEmpty || isFlat && fits && (isEntry || indent > 0 || fields.count < 4) { return ["\(head) \(line)"] }
            let written = ordered(fields, as: shape).map { entry($0.key, $0.value, as: $0.shape, indent: inner) }
            let lines = written.flatMap { [space + $0[0]] + $0.dropFirst() }
            // The first key of an entry stands on the line of its hyphen.
            return isEntry ? ["- " + String(lines[0].dropFirst(inner))] + lines.dropFirst() : [head] + lines
        default: return ["\(head) \(line)"]
        }
    }

    // MARK: - On one line

    /// A value within a line, also within brackets.
    static func inline(_ value: StudyFileValue, as shape: Shape? = nil) -> String {
        switch value {
        case .nothing: return "null"
        case .flag(let flag): return flag ? "true" : "false"
        case .integer(let whole): return "\(whole)"
        case .number(let number): return "\(number)"
        case .text(let text): return isPlain(text) ? text : quoted(text)
        case .list(let entries): return "[" + entries.map { inline($0, as: element(of: shape)) }.joined(separator: ", ") + "]"
        case .record(let fields):
            return "{" + ordered(fields, as: shape).map { "\(inline(.text($0.key))): \(inline($0.value, as: $0.shape))" }
                .joined(separator: ", ") + "}"
        }
    }

    private static func element(of shape: Shape?) -> Shape? {
        switch shape {
        case .list(let element, _)?, .oneOrMore(let element, _)?: element
        default: nil
        }
    }

    /// Whether a text means itself without quotation marks, wherever it stands.
    private static func isPlain(_ text: String) -> Bool {
        guard text.wholeMatch(of: /[\p{L}](?:[\p{L}0-9 _.\/@()’+;!?-]*[\p{L}0-9_.\/)’!?])?/) != nil else { return false }
        // What YAML takes for something else than a text.
        return !["null", "true", "false", "yes", "no", "on", "off", "y", "n"].contains(text.lowercased())
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            case _ where scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value) || [0x2028, 0x2029, 0xFEFF].contains(scalar.value):
                result += scalar.value < 0x100 ? String(format: "\\x%02X", scalar.value) : String(format: "\\u%04X", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// A long text as a block of lines, where that keeps every sign of it: lines of its own stay, or it is wrapped.
    private static func folded(_ text: String, indent: Int) -> [String]? {
        let space = String(repeating: " ", count: indent)
        let isBlank = text.first?.isWhitespace ?? true
        let isOrdinary = text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && ![0x2028, 0x2029, 0xFEFF].contains($0.value) }
        guard !isBlank, isOrdinary, text.last?.isWhitespace == false else { return nil }
        if text.contains("\n") {
            return ["|-"] + text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : space + $0 }
        }
        guard !text.contains("  "), !text.contains("\t") else { return nil }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(space + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return [">-"] + lines + [space + line]
    }
}

extension StudyFileValue {
    fileprivate var isShort: Bool {
        switch self {
        case .list, .record: false
        case .text(let text): text.count <= 60 && !text.contains("\n")
        default: true
        }
    }

    fileprivate var isShortList: Bool {
        guard case .list(let entries) = self else { return false }
        return entries.allSatisfy(\.isShort)
    }
}
