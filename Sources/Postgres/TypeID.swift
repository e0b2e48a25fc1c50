// PostgreSQL's type numbers (pg_type.oid); the built-in ones are fixed for ever.

/// The type of a column.
public struct TypeID: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The `oid` in `pg_type`.
    public var rawValue: UInt32

    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    private init(_ rawValue: UInt32) {
        self.rawValue = rawValue
    }

    static let bool = TypeID(16)
    static let bytea = TypeID(17)
    static let char = TypeID(18)
    static let name = TypeID(19)
    static let int8 = TypeID(20)
    static let int2 = TypeID(21)
    static let int4 = TypeID(23)
    static let text = TypeID(25)
    static let json = TypeID(114)
    static let float4 = TypeID(700)
    static let float8 = TypeID(701)
    static let unknown = TypeID(705)
    static let bpchar = TypeID(1042)
    static let varchar = TypeID(1043)
    static let timestamptz = TypeID(1184)
    static let numeric = TypeID(1700)
    static let uuid = TypeID(2950)
    static let jsonb = TypeID(3802)

    /// Types the database defines itself (enumerations, citext …), and arrays of them.
    var isUserDefined: Bool { rawValue >= 16384 }

    var isText: Bool {
        switch self {
        case .text, .varchar, .bpchar, .name, .char, .unknown: true
        default: isUserDefined
        }
    }

    var isJSON: Bool { self == .json || self == .jsonb }

    /// The type of the elements, when this is an array (an array of a user-defined type counts as user-defined text).
    var element: TypeID? {
        if let element = Self.elements[self] { return element }
        return isUserDefined ? self : nil
    }

    private static let elements: [TypeID: TypeID] = [
        TypeID(1000): .bool, TypeID(1001): .bytea, TypeID(1002): .char, TypeID(1003): .name, TypeID(1016): .int8,
        TypeID(1005): .int2, TypeID(1007): .int4, TypeID(1009): .text, TypeID(199): .json, TypeID(1021): .float4,
        TypeID(1022): .float8, TypeID(1014): .bpchar, TypeID(1015): .varchar, TypeID(1185): .timestamptz,
        TypeID(1231): .numeric, TypeID(2951): .uuid, TypeID(3807): .jsonb,
    ]

    private static let names: [TypeID: String] = [
        .bool: "boolean", .bytea: "bytea", .char: "\"char\"", .name: "name", .int8: "bigint", .int2: "smallint",
        .int4: "integer", .text: "text", .json: "json", .float4: "real", .float8: "double precision",
        .unknown: "unknown", .bpchar: "character", .varchar: "character varying",
        .timestamptz: "timestamp with time zone", .numeric: "numeric", .uuid: "uuid", .jsonb: "jsonb",
        TypeID(1082): "date", TypeID(1114): "timestamp without time zone", TypeID(1186): "interval",
        TypeID(2278): "void",
    ]

    /// The name PostgreSQL's manual uses, or the number.
    public var description: String {
        if let name = Self.names[self] { return name }
        if let element = Self.elements[self] { return "\(element)[]" }
        return "type number \(rawValue)"
    }
}
