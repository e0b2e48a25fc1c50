// One message of a chat.

/// A message of a chat, before the model's template is applied.
public struct ChatMessage: Codable, Sendable, Equatable {
    public enum Role: String, Codable, Sendable, CaseIterable {
        case system, user, assistant
    }

    public var role: Role
    /// Plain text: whatever it contains, no part of it becomes a special token.
    public var text: String

    public init(role: Role, text: String) {
        self.role = role
        self.text = text
    }
}
