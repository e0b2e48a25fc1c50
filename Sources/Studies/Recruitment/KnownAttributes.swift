// What is known of people before they come.

/// The attributes that are attached to platform ids of a study, counted.
public struct KnownAttributes: Codable, Sendable, Equatable {
    public struct Attribute: Codable, Sendable, Equatable {
        public let name: String
        /// How many ids have a value of it.
        public let people: Int
    }

    /// How many ids have attributes.
    public let people: Int
    /// By name.
    public let attributes: [Attribute]
}
