// One column of one row, still as text.

/// A value that PostgreSQL returned, with the column it stands in.
public struct Cell: Sendable {
    /// The name of the column.
    public var column: String
    /// The type of the column.
    public var type: TypeID
    /// The value in PostgreSQL's text format; nil for NULL.
    public var text: String?

    /// The text of a column of one of these types, which is not NULL.
    func text(of types: TypeID..., as wanted: Any.Type) throws(PostgresError) -> String {
        guard types.contains(type) else { throw mismatch(wanted) }
        return try required(wanted)
    }

    /// The text of a value that is not NULL.
    func required(_ wanted: Any.Type) throws(PostgresError) -> String {
        guard let text else {
            throw .decoding(column: column, reason: "it is NULL, and \(wanted) was asked for, not an optional")
        }
        return text
    }

    func mismatch(_ wanted: Any.Type) -> PostgresError {
        .decoding(column: column, reason: "it is of type \(type), which does not decode to \(wanted)")
    }

    /// The value does not fit, though its type does. The value itself is not repeated: it may be a person's words.
    func malformed(_ wanted: Any.Type) -> PostgresError {
        .decoding(column: column, reason: "its value of type \(type) does not fit into \(wanted)")
    }

    /// The elements of an array that is not NULL.
    func elements(as wanted: Any.Type) throws(PostgresError) -> [Cell] {
        guard let element = type.element else { throw mismatch(wanted) }
        guard let texts = ArrayText.parse(try required(wanted)) else {
            throw .decoding(column: column, reason: "it is not a one-dimensional array")
        }
        return texts.map { Cell(column: column, type: element, text: $0) }
    }
}
