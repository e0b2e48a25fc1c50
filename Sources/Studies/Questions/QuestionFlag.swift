// A question that a person should look at.

import Consensus
import Foundation

/// A flagged question, what was found, and what a person decided.
public struct QuestionFlag: Codable, Sendable {
    public let id: UUID
    public let key: String
    public let question: String
    public let finding: QuestionScreen.Finding
    /// keep or retire; nil while nobody has decided.
    public let decision: String?
    public let decidedBy: String?
    public let decidedAt: Date?
    public let createdAt: Date
}
