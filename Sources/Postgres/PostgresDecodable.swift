// Swift types that columns decode to. Strict: a column of another type is an error that names it, never a guess.

import Foundation

/// A type that a column can be read as.
///
/// `Int` and `Int64` read smallint, integer and bigint, `Int32` smallint and integer, `Int16` smallint, `Double` also
/// real and numeric, `String` text types and enumerations, `Date` timestamptz (to the microsecond, for some centuries
/// around now), `Data` and `[UInt8]` bytea, ``JSONB`` json and jsonb. NULL needs an optional.
///
/// An enumeration with raw values conforms by declaring it.
public protocol PostgresDecodable: Sendable {
    /// Reads one value. Throws ``PostgresError/decoding(column:reason:)``.
    static func decode(_ cell: Cell) throws(PostgresError) -> Self
    /// Reads an array of these; only `UInt8` (whose array is a `bytea`) has its own.
    static func decodeArray(_ cell: Cell) throws(PostgresError) -> [Self]
}

extension PostgresDecodable {
    /// Reads a one-dimensional array.
    public static func decodeArray(_ cell: Cell) throws(PostgresError) -> [Self] {
        var array: [Self] = []
        for element in try cell.elements(as: [Self].self) { array.append(try decode(element)) }
        return array
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    /// Reads the raw value.
    public static func decode(_ cell: Cell) throws(PostgresError) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(cell)) else { throw cell.malformed(Self.self) }
        return value
    }
}

extension Bool: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Bool {
        try cell.text(of: .bool, as: Bool.self) == "t"
    }
}

extension Int: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Int {
        guard let value = Int(try cell.text(of: .int8, .int4, .int2, as: Int.self)) else {
            throw cell.malformed(Int.self)
        }
        return value
    }
}

extension Int64: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Int64 {
        guard let value = Int64(try cell.text(of: .int8, .int4, .int2, as: Int64.self)) else {
            throw cell.malformed(Int64.self)
        }
        return value
    }
}

extension Int32: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Int32 {
        guard let value = Int32(try cell.text(of: .int4, .int2, as: Int32.self)) else {
            throw cell.malformed(Int32.self)
        }
        return value
    }
}

extension Int16: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Int16 {
        guard let value = Int16(try cell.text(of: .int2, as: Int16.self)) else { throw cell.malformed(Int16.self) }
        return value
    }
}

/// A small number when alone; an array of bytes is one `bytea`.
extension UInt8: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> UInt8 {
        guard let value = UInt8(try cell.text(of: .int2, as: UInt8.self)) else { throw cell.malformed(UInt8.self) }
        return value
    }

    public static func decodeArray(_ cell: Cell) throws(PostgresError) -> [UInt8] {
        guard let bytes = Hexadecimal.parse(bytea: try cell.text(of: .bytea, as: [UInt8].self)) else {
            throw cell.malformed([UInt8].self)
        }
        return bytes
    }
}

extension Double: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Double {
        let text = try cell.text(of: .float8, .float4, .numeric, .int4, .int2, as: Double.self)
        guard let value = Double(text) else { throw cell.malformed(Double.self) }
        return value
    }
}

extension String: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> String {
        guard cell.type.isText else { throw cell.mismatch(String.self) }
        return try cell.required(String.self)
    }
}

extension UUID: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> UUID {
        guard let value = UUID(uuidString: try cell.text(of: .uuid, as: UUID.self)) else {
            throw cell.malformed(UUID.self)
        }
        return value
    }
}

extension Date: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Date {
        guard let value = Timestamp.parse(try cell.text(of: .timestamptz, as: Date.self)) else {
            throw cell.malformed(Date.self)
        }
        return value
    }
}

extension Data: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Data {
        guard let bytes = Hexadecimal.parse(bytea: try cell.text(of: .bytea, as: Data.self)) else {
            throw cell.malformed(Data.self)
        }
        return Data(bytes)
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> Wrapped? {
        cell.text == nil ? nil : try Wrapped.decode(cell)
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> [Element] {
        try Element.decodeArray(cell)
    }
}

extension JSONB: PostgresDecodable {
    public static func decode(_ cell: Cell) throws(PostgresError) -> JSONB {
        let text = try cell.text(of: .jsonb, .json, as: Value.self)
        do {
            return JSONB(try JSONText.decoder().decode(Value.self, from: Foundation.Data(text.utf8)))
        } catch {
            throw .decoding(column: cell.column, reason: "its JSON is not a \(Value.self): \(error)")
        }
    }
}
