// A column of a Parquet file.

/// A column, or a field of a record: its name, its type, and what it means in a sentence.
public struct ArrowField: Sendable, Equatable, Encodable {
    public let name: String
    public let type: ArrowType
    public let description: String

    public init(_ name: String, _ type: ArrowType, _ description: String = "") {
        self.name = name
        self.type = type
        self.description = description
    }
}
