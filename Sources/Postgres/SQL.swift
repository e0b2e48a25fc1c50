// A statement and the values bound to it, written as one string literal.

/// A statement whose interpolated values are bound, never spliced: `"SELECT … WHERE id = \(id)"` sends `$1` and the
/// value apart, so nothing a person types can become SQL.
///
/// - `\(value)` binds a ``PostgresBindable`` value. PostgreSQL infers its type; where nothing tells it, cast:
///   `unnest(\(ids)::uuid[])`.
/// - `\(identifier: name)` quotes the name of a table, column, database or channel.
/// - `\(sql: other)` splices another statement with its values, which are renumbered.
public struct SQL: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    enum Segment: Sendable, Equatable {
        case text(String)
        case value(PostgresValue)
    }

    var segments: [Segment]

    init(segments: [Segment]) {
        self.segments = segments
    }

    /// A statement written in the program.
    public init(stringLiteral text: String) {
        segments = [.text(text)]
    }

    /// A statement with bound values.
    public init(stringInterpolation: Interpolation) {
        segments = stringInterpolation.segments
    }

    /// A statement that was put together at run time or read from a file. Nothing in it is quoted or bound: never pass
    /// text that came from outside.
    public init(verbatim text: String) {
        segments = [.text(text)]
    }

    /// What PostgreSQL receives, with `$1`, `$2`, … where values are bound.
    public var text: String {
        var text = ""
        var number = 0
        for segment in segments {
            switch segment {
            case .text(let part):
                text += part
            case .value:
                number += 1
                text += "$\(number)"
            }
        }
        return text
    }

    /// The bound values, `$1` first.
    public var values: [PostgresValue] {
        segments.compactMap { if case .value(let value) = $0 { value } else { nil } }
    }

    /// The statement with its values as quoted literals, for COPY, which takes no parameters, and for psql. A literal's type
    /// is inferred as a parameter's is.
    public func withLiterals() throws(PostgresError) -> String {
        var text = ""
        for segment in segments {
            switch segment {
            case .text(let part): text += part
            case .value(.null): text += "NULL"
            case .value(.text(let value)): text += Self.literal(value)
            case .value(.unbindable(let reason)): throw .unbindable(reason)
            }
        }
        return text
    }

    /// A literal that reads the same whatever `standard_conforming_strings` says.
    static func literal(_ value: String) -> String {
        var quoted = ""
        var hasBackslash = false
        for character in value.unicodeScalars {
            if character == "'" { quoted.unicodeScalars.append("'") }
            if character == "\\" {
                quoted.unicodeScalars.append("\\")
                hasBackslash = true
            }
            quoted.unicodeScalars.append(character)
        }
        // The space keeps the E from joining a word before it.
        return hasBackslash ? " E'\(quoted)'" : "'\(quoted)'"
    }

    /// The text and values of an interpolated literal.
    public struct Interpolation: StringInterpolationProtocol {
        var segments: [Segment] = []

        public init(literalCapacity: Int, interpolationCount: Int) {
            segments.reserveCapacity(2 * interpolationCount + 1)
        }

        public mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { segments.append(.text(literal)) }
        }

        /// Binds a value.
        public mutating func appendInterpolation<Value: PostgresBindable>(_ value: Value) {
            segments.append(.value(value.postgresValue))
        }

        /// Binds a value, or NULL.
        public mutating func appendInterpolation<Value: PostgresBindable>(_ value: Value?) {
            segments.append(.value(value.postgresValue))
        }

        /// Quotes a name.
        public mutating func appendInterpolation(identifier name: String) {
            var quoted = "\""
            for character in name.unicodeScalars {
                if character == "\"" { quoted.unicodeScalars.append("\"") }
                quoted.unicodeScalars.append(character)
            }
            segments.append(.text(quoted + "\""))
        }

        /// Splices a statement with its values.
        public mutating func appendInterpolation(sql other: SQL) {
            segments.append(contentsOf: other.segments)
        }
    }
}

extension Sequence where Element == SQL {
    /// One statement of several, as in `conditions.joined(separator: " AND ")`.
    public func joined(separator: SQL = ", ") -> SQL {
        var segments: [SQL.Segment] = []
        for (index, part) in enumerated() {
            if index > 0 { segments += separator.segments }
            segments += part.segments
        }
        return SQL(segments: segments)
    }
}
