// How a study's data may be used.

/// What dumps of the study say of themselves.
public struct PublicationSettings: Codable, Sendable, Equatable {
    /// An SPDX name such as `CC-BY-4.0`, or words; all rights are reserved if nil.
    public var licence: String?
    /// How to cite the data.
    public var citation: String?
}
