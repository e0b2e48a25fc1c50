// The first kind of preference model: a head over encodings.

import LanguageModel

/// Predicts agreement with a trained head. Every text is encoded once: n opinions and m statements cost n + m encodings.
public struct EncodedPreference: AgreementPredictor {
    private let head: PreferenceHead
    private let encoder: any TextEncoder

    /// - Parameter encoder: of the model with which the head was trained.
    public init(head: PreferenceHead, encoder: any TextEncoder) {
        self.head = head
        self.encoder = encoder
    }

    public func agreements(question: String, opinions: [String], statements: [String]) async throws -> [[Double]] {
        let encodings = try await encoder.encodings(of: (opinions + statements).map { .answer($0, to: question) })
        return head.agreements(
            opinions: Array(encodings.prefix(opinions.count)), statements: Array(encodings.dropFirst(opinions.count)))
    }
}
