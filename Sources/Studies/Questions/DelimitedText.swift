// Reads tables in text: values between commas, semicolons or tabs (RFC 4180). Knows the line of every row.

/// A table with a header.
struct DelimitedText: Sendable {
    struct Row: Sendable, Equatable {
        /// The line of the file that the row begins on, from 1.
        let line: Int
        /// The row's number as a spreadsheet counts, from 1; the header is row 1.
        let number: Int
        let values: [String]
    }

    enum Fault: Error, Equatable {
        /// A quoted value that begins on this line has no end.
        case openQuote(line: Int)
    }

    let header: [String]
    /// The rows that hold anything.
    let rows: [Row]

    /// - Parameter separator: nil for a comma, or a semicolon where the header has more of those.
    /// - Throws: ``Fault``.
    init(_ text: String, separator: Character?) throws(Fault) {
        let first = text.prefix { !$0.isNewline }
        let guessed: Character = first.count { $0 == ";" } > first.count { $0 == "," } ? ";" : ","
        let mark = (separator ?? guessed).asciiValue ?? UInt8(ascii: ",")
        let quote = UInt8(ascii: "\""), lineFeed = UInt8(ascii: "\n"), carriageReturn = UInt8(ascii: "\r")

        var records: [Row] = [], values: [String] = [], field: [UInt8] = []
        var line = 1, start = 1, number = 1
        var isQuoted = false, quotedFrom = 0
        let bytes = Array(text.utf8)
        var index = 0
        func endField() {
            values.append(String(decoding: field, as: UTF8.self))
            field.removeAll(keepingCapacity: true)
        }
        func endRecord() {
            endField()
            if values.contains(where: { !$0.allSatisfy(\.isWhitespace) }) {
                records.append(Row(line: start, number: number, values: values))
            }
            values.removeAll(keepingCapacity: true)
            number += 1
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            let isBreak = byte == lineFeed || byte == carriageReturn
            if byte == carriageReturn, index < bytes.count, bytes[index] == lineFeed { index += 1 }
            if isBreak { line += 1 }
            if isQuoted {
                if byte == quote, index < bytes.count, bytes[index] == quote {
                    field.append(quote)
                    index += 1
                } else if byte == quote {
                    isQuoted = false
                } else {
                    field.append(isBreak ? lineFeed : byte)
                }
            } else if byte == quote, field.isEmpty {
                (isQuoted, quotedFrom) = (true, line)
            } else if byte == mark {
                endField()
            } else if isBreak {
                endRecord()
                start = line
            } else {
                field.append(byte)
            }
        }
        if isQuoted { throw .openQuote(line: quotedFrom) }
        if !field.isEmpty || !values.isEmpty { endRecord() }
        header = records.first?.values ?? []
        rows = Array(records.dropFirst())
    }
}
