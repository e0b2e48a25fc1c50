// What a simulated person is asked about.

/// A question with its two position statements, as the server shows it.
public struct ContestedQuestion: Codable, Sendable, Hashable {
    /// Such as "Should we raise taxes on the rich?".
    public var text: String
    /// What somebody says who answers yes.
    public var affirming: String
    /// What somebody says who answers no.
    public var negating: String

    public init(text: String, affirming: String, negating: String) {
        self.text = text
        self.affirming = affirming
        self.negating = negating
    }
}
