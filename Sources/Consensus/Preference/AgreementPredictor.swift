// What ranks candidates: something that predicts members' agreement.

/// Predicts how much people agree with statements, on the 1–7 scale.
public protocol AgreementPredictor: Sendable {
    /// - Parameter opinions: one per member, on the question.
    /// - Returns: a row per opinion, a column per statement.
    /// - Throws: `ModelError`; `CancellationError` when the task is cancelled.
    func agreements(question: String, opinions: [String], statements: [String]) async throws -> [[Double]]
}
