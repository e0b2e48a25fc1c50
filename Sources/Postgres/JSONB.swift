// A Codable value in a json or jsonb column.

/// A `Codable` value that lives in a `jsonb` (or `json`) column. Dates inside are ISO 8601 text in UTC, with
/// microseconds.
public struct JSONB<Value: Codable & Sendable>: Sendable {
    /// The value itself.
    public var value: Value

    /// Wraps a value, to bind it.
    public init(_ value: Value) {
        self.value = value
    }
}

extension JSONB: Equatable where Value: Equatable {}

extension JSONB: Hashable where Value: Hashable {}
