// Swift types that can be bound to a statement.

import Foundation

/// A type whose values can be interpolated into ``SQL``. They travel beside the statement, never inside it.
///
/// An enumeration with raw values conforms by declaring it: `enum Step: String, PostgresBindable { … }`.
public protocol PostgresBindable: Sendable {
    /// The value in PostgreSQL's text format.
    var postgresValue: PostgresValue { get }
    /// The array of these elements; only `UInt8` (whose array is a `bytea`) has its own.
    static func postgresArray(_ elements: [Self]) -> PostgresValue
}

extension PostgresBindable {
    /// A one-dimensional PostgreSQL array.
    public static func postgresArray(_ elements: [Self]) -> PostgresValue {
        ArrayText.format(elements.map(\.postgresValue))
    }
}

extension PostgresBindable where Self: RawRepresentable, RawValue: PostgresBindable {
    /// The raw value.
    public var postgresValue: PostgresValue { rawValue.postgresValue }
}

extension Bool: PostgresBindable {
    public var postgresValue: PostgresValue { .text(self ? "true" : "false") }
}

extension Int: PostgresBindable {
    public var postgresValue: PostgresValue { .text(String(self)) }
}

extension Int16: PostgresBindable {
    public var postgresValue: PostgresValue { .text(String(self)) }
}

extension Int32: PostgresBindable {
    public var postgresValue: PostgresValue { .text(String(self)) }
}

extension Int64: PostgresBindable {
    public var postgresValue: PostgresValue { .text(String(self)) }
}

/// A number when alone; an array of bytes is one `bytea`.
extension UInt8: PostgresBindable {
    public var postgresValue: PostgresValue { .text(String(self)) }
    public static func postgresArray(_ elements: [UInt8]) -> PostgresValue { .text(Hexadecimal.bytea(elements)) }
}

extension Double: PostgresBindable {
    /// Swift's shortest text that reads back as the same number; PostgreSQL knows `nan`, `inf` and `-inf`.
    public var postgresValue: PostgresValue { .text(description) }
}

extension String: PostgresBindable {
    public var postgresValue: PostgresValue {
        utf8.contains(0) ? .unbindable("text for PostgreSQL cannot contain the character U+0000") : .text(self)
    }
}

extension UUID: PostgresBindable {
    public var postgresValue: PostgresValue { .text(uuidString.lowercased()) }
}

extension Date: PostgresBindable {
    /// A `timestamptz`, rounded to the microsecond.
    public var postgresValue: PostgresValue {
        guard let text = Timestamp.format(self) else {
            return .unbindable("a date outside the years -4713 to 294276 does not fit into a PostgreSQL timestamp")
        }
        return .text(text)
    }
}

extension Data: PostgresBindable {
    public var postgresValue: PostgresValue { .text(Hexadecimal.bytea(self)) }
}

extension Optional: PostgresBindable where Wrapped: PostgresBindable {
    public var postgresValue: PostgresValue { self?.postgresValue ?? .null }
}

extension Array: PostgresBindable where Element: PostgresBindable {
    public var postgresValue: PostgresValue { Element.postgresArray(self) }
}

extension JSONB: PostgresBindable {
    public var postgresValue: PostgresValue {
        do {
            return .text(String(decoding: try JSONText.encoder().encode(value), as: UTF8.self))
        } catch {
            return .unbindable("a \(Value.self) could not be written as JSON: \(error)")
        }
    }
}
