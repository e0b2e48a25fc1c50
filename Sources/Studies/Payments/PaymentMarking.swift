// What came of marking amounts as paid.

import Foundation

/// One batch of marks.
public struct PaymentMarking: Codable, Sendable, Equatable {
    /// By which the marks of it are known.
    public let batch: UUID
    /// How many amounts were marked by it.
    public let marked: Int
    /// How many were marked so before, perhaps by somebody else.
    public let unchanged: Int
    /// How many people the marked amounts are for.
    public let people: Int
    /// The sum of the marked amounts, per currency.
    public let amounts: [String: String]
}
