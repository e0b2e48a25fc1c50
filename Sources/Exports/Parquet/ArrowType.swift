// The types of columns, as Apache Arrow has them.

/// A type of a column in Parquet, and of a value in JSON Lines.
public indirect enum ArrowType: Sendable, Equatable, Encodable {
    case string
    /// 64 bits.
    case integer
    /// A double; the texts `Infinity` and `NaN` in JSON.
    case number
    case boolean
    /// A time in UTC, to the microsecond; ISO 8601 in JSON.
    case timestamp
    case list(ArrowType)
    case record([ArrowField])

    private enum CodingKeys: String, CodingKey { case list, `struct` }

    /// As codebooks say it.
    var words: String {
        switch self {
        case .string: "text"
        case .integer: "whole number"
        case .number: "number"
        case .boolean: "true or false"
        case .timestamp: "time"
        case .list(let element): "list of \(element.words)"
        case .record: "record"
        }
    }

    /// As scripts/parquet.py reads it.
    public func encode(to encoder: any Encoder) throws {
        let word: String
        switch self {
        case .string: word = "string"
        case .integer: word = "int64"
        case .number: word = "float64"
        case .boolean: word = "boolean"
        case .timestamp: word = "timestamp"
        case .list(let element):
            var values = encoder.container(keyedBy: CodingKeys.self)
            return try values.encode(element, forKey: .list)
        case .record(let fields):
            var values = encoder.container(keyedBy: CodingKeys.self)
            return try values.encode(fields, forKey: .struct)
        }
        var value = encoder.singleValueContainer()
        try value.encode(word)
    }
}
