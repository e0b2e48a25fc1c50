// Something that the screen noticed in a text.

/// A place in a text, and what it may be.
public struct TextFinding: Codable, Sendable, Equatable {
    /// A ``PersonalDetail``, or a ``HatefulWords/Kind``.
    public let kind: String
    /// Where it begins, in characters (Unicode scalars) from 0, and how many there are.
    public let start: Int
    public let length: Int

    /// The place after its last character.
    var end: Int { start + length }

    public init(kind: String, start: Int, length: Int) {
        self.kind = kind
        self.start = start
        self.length = length
    }
}
