// Where encodings come from: the model itself, or a store of what it encoded before.

import LanguageModel

/// Gives the encodings of texts.
public protocol TextEncoder: Sendable {
    /// - Returns: one encoding per text, all of one length.
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled.
    func encodings(of texts: [TextInContext]) async throws -> [[Float]]
}

extension LanguageModel: TextEncoder {
    public func encodings(of texts: [TextInContext]) async throws -> [[Float]] { try await encode(texts) }
}

extension TextInContext {
    /// An opinion or a statement on a question, as the preference model reads it: after the question.
    public static func answer(_ text: String, to question: String) -> TextInContext {
        TextInContext(text, after: question + "\n")
    }
}
