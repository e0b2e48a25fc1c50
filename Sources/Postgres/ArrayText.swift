// One-dimensional PostgreSQL arrays in text form: {1,2,NULL,"a \"quoted\" one"}.

enum ArrayText {
    static func format(_ elements: [PostgresValue]) -> PostgresValue {
        var text = "{"
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            switch element {
            case .null:
                text += "NULL"
            case .text(let value):
                // Always quoted: then no element can be taken for NULL, a delimiter or a nested array.
                text += "\""
                for character in value.unicodeScalars {
                    if character == "\"" || character == "\\" { text.unicodeScalars.append("\\") }
                    text.unicodeScalars.append(character)
                }
                text += "\""
            case .unbindable(let reason):
                return .unbindable(reason)
            }
        }
        return .text(text + "}")
    }

    /// The elements of a one-dimensional array, nil for NULL; nil altogether for anything else.
    static func parse(_ text: String) -> [String?]? {
        var bytes = Array(text.utf8)[...]
        // Arrays that do not start at 1 carry their bounds: [0:2]={1,2,3}.
        if bytes.first == UInt8(ascii: "["), let equals = bytes.firstIndex(of: UInt8(ascii: "=")) {
            bytes = bytes[(equals + 1)...]
        }
        guard bytes.popFirst() == UInt8(ascii: "{"), bytes.popLast() == UInt8(ascii: "}") else { return nil }
        if bytes.isEmpty { return [] }
        var elements: [String?] = []
        while true {
            guard let element = parseElement(&bytes) else { return nil }
            elements.append(element)
            guard let separator = bytes.popFirst() else { return elements }
            guard separator == UInt8(ascii: ",") else { return nil }
        }
    }

    /// One element, quoted or not; `.some(nil)` is NULL, `nil` a malformed or nested array.
    private static func parseElement(_ bytes: inout ArraySlice<UInt8>) -> String??  {
        var value: [UInt8] = []
        if bytes.first == UInt8(ascii: "\"") {
            bytes.removeFirst()
            while let byte = bytes.popFirst() {
                switch byte {
                case UInt8(ascii: "\""):
                    return .some(String(decoding: value, as: UTF8.self))
                case UInt8(ascii: "\\"):
                    guard let escaped = bytes.popFirst() else { return nil }
                    value.append(escaped)
                default:
                    value.append(byte)
                }
            }
            return nil
        }
        while let byte = bytes.first, byte != UInt8(ascii: ",") {
            guard byte != UInt8(ascii: "{"), byte != UInt8(ascii: "}"), byte != UInt8(ascii: "\"") else { return nil }
            value.append(byte)
            bytes.removeFirst()
        }
        guard !value.isEmpty else { return nil }
        let element = String(decoding: value, as: UTF8.self)
        return .some(element == "NULL" ? nil : element)
    }
}
