// What a browser does not need of a page, a script or a stylesheet: comments, and space between words.

/// Files as they go over the line. On disk they are written for people.
enum Compact {
    /// HTML without comments, without the space between elements that stand on lines of their own, and without quotation
    /// marks around values that are one word.
    static func html(_ text: String) -> String {
        text.replacing(/<!--.*?-->\s*/.dotMatchesNewlines(), with: "").replacing(/>\s*\n\s*</, with: "><")
            .replacing(/="([A-Za-z0-9_.-]+)"(?=[\s>])/) { "=\($0.1)" }
    }

    /// JSON without line breaks between its entries.
    static func json(_ text: String) -> String {
        text.replacing(/\n\s*/, with: "").replacing("\": ", with: "\":")
    }

    /// CSS without comments, and without space that means nothing.
    static func css(_ text: String) -> String {
        text.replacing(/\/\*.*?\*\//.dotMatchesNewlines(), with: "").replacing(/\s+/, with: " ")
            .replacing(/[ ]?([{};,>])[ ]?/) { $0.1 }.replacing(": ", with: ":").replacing(";}", with: "}")
            .replacing(/([^0-9])0\./) { "\($0.1)." }
    }

    /// JavaScript without comments, and without space that means nothing. Knows strings, templates and regular
    /// expressions; keeps each line break that might end a statement.
    static func javaScript(_ text: String) -> String {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        var place = 0

        func at(_ index: Int) -> UInt8 { source.indices.contains(index) ? source[index] : 0 }
        /// The place after the string or template that begins at `start`.
        func endOfString(_ start: Int) -> Int {
            let quote = source[start]
            var index = start + 1
            while index < source.count, source[index] != quote {
                if source[index] == UInt8(ascii: "\\") {
                    index += 2
                } else if quote == UInt8(ascii: "`"), source[index] == UInt8(ascii: "$"), at(index + 1) == UInt8(ascii: "{") {
                    index = endOfBraces(index + 1)
                } else {
                    index += 1
                }
            }
            return index + 1
        }
        /// The place after the brace that closes the one at `start`.
        func endOfBraces(_ start: Int) -> Int {
            var index = start + 1
            while index < source.count, source[index] != UInt8(ascii: "}") {
                switch source[index] {
                case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): index = endOfString(index)
                case UInt8(ascii: "{"): index = endOfBraces(index)
                default: index += 1
                }
            }
            return index + 1
        }
        func endOfExpression(_ start: Int) -> Int {
            var index = start + 1, isInClass = false
            while index < source.count, source[index] != UInt8(ascii: "/") || isInClass {
                switch source[index] {
                case UInt8(ascii: "\\"): index += 1
                case UInt8(ascii: "["): isInClass = true
                case UInt8(ascii: "]"): isInClass = false
                default: break
                }
                index += 1
            }
            return index + 1
        }
        func take(until end: Int) {
            result += source[place..<min(end, source.count)]
            place = end
        }

        while place < source.count {
            let byte = source[place]
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): take(until: endOfString(place))
            case UInt8(ascii: "/") where at(place + 1) == UInt8(ascii: "/"):
                while place < source.count, source[place] != UInt8(ascii: "\n") { place += 1 }
            case UInt8(ascii: "/") where at(place + 1) == UInt8(ascii: "*"):
                place += 2
                while place < source.count, !(source[place] == UInt8(ascii: "*") && at(place + 1) == UInt8(ascii: "/")) { place += 1 }
                place += 2
            case UInt8(ascii: "/") where result.last.map(beforeExpression.contains) ?? true: take(until: endOfExpression(place))
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
                var isLineBreak = false
                while place < source.count, source[place] <= UInt8(ascii: " ") {
                    isLineBreak = isLineBreak || source[place] == UInt8(ascii: "\n")
                    place += 1
                }
                guard let before = result.last, place < source.count else { break }
                let after = source[place]
                if isLineBreak {
                    // A comment on the next line leaves its own line break behind.
                    let isComment = after == UInt8(ascii: "/") && (at(place + 1) == UInt8(ascii: "/") || at(place + 1) == UInt8(ascii: "*"))
                    if isComment || (!opening.contains(before) && !closing.contains(after)) {
                        if before != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
                    }
                } else if isWord(before) && isWord(after) || before == after && (after == UInt8(ascii: "+") || after == UInt8(ascii: "-")) {
                    result.append(UInt8(ascii: " "))
                } else if isWord(before), after == UInt8(ascii: "/") {
                    result.append(UInt8(ascii: " "))
                }
            default: take(until: place + 1)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static let beforeExpression = Set("(,=:[!&|?{};\n".utf8)
    /// After these no statement can end, and before those none can begin.
    private static let opening = Set("{;,([=>?:&|\n".utf8)
    private static let closing = Set("})].,?:&|=".utf8)

    private static func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }
}
