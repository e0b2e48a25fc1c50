// How models are named: NAME@VERSION.

/// The name and version of a model in the registry.
public struct ModelName: Codable, Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let version: Int

    public init(name: String, version: Int) {
        self.name = name
        self.version = version
    }

    /// - Returns: nil unless `text` is a name, an @ and a version, such as `agreement@1`.
    public init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Name.isValid(String(parts[0])), let version = Int(parts[1]), version >= 1,
            version <= Int(Int32.max)
        else { return nil }
        self.init(name: String(parts[0]), version: version)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let name = ModelName(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not NAME@VERSION")
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String { "\(name)@\(version)" }
}
