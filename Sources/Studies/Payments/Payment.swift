// What one person is to be paid.

import Foundation

/// A person's pay, summed by kind.
public struct Payment: Codable, Sendable, Equatable {
    public let participantID: UUID
    /// Their id on the platform that they came from.
    public let platformID: String?
    public let currency: String
    /// With two decimals, like the others.
    public let base: String
    public let waiting: String
    public let bonus: String
    public let total: String
}
