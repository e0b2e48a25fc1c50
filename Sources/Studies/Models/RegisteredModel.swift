// A row of the model registry.

import Foundation

/// A model that studies can name.
public struct RegisteredModel: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A language model, as a GGUF file.
        case base
        /// A low-rank adapter on one.
        case adapter
        /// A preference model: a GGUF file with a classification head, or one that was fitted here.
        case reward
    }

    public let id: UUID
    public let name: ModelName
    public let kind: Kind
    /// Where the file lies; nil for what was fitted here.
    public let file: String?
    /// Of the file, or of what was fitted, in hexadecimal.
    public let sha256: String
    /// What it was made from.
    public let parent: ModelName?
    public let chatTemplate: String?
    /// What was fitted here; nil for a file.
    public let fitted: FittedPreference?
    public let createdAt: Date
    /// What its latest evaluation came to; nil when there is none.
    public let beatsBaselines: Bool?
}
