// A text to be encoded.

/// A text, and what the model reads before it.
public struct TextInContext: Sendable, Hashable {
    /// Read first; its tokens are not part of the encoding.
    public var context: String
    /// At least one token.
    public var text: String

    public init(_ text: String, after context: String) {
        self.text = text
        self.context = context
    }
}
