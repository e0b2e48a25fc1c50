// What a person would call broken.

/// Something that ought not to happen to anybody, whatever they do.
public enum Breakage: String, Codable, Sendable, CaseIterable {
    /// The server answered with an error of its own (5xx).
    case serverError = "server error"
    /// The server said that it was away for a moment (503).
    case serverAway = "server away"
    /// An answer was refused, though it is still asked for.
    case refused = "answer refused"
    /// A step that lay behind the person came again.
    case backwards = "step backwards"
    /// The person waited on long after the time that the page had shown.
    case overdue = "waited past the deadline"
}
