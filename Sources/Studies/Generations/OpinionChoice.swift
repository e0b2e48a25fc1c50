// Why an opinion was chosen to be shown as a statement.

import Foundation

/// The agreements of the others with each opinion of a round, and the welfare of those.
public struct OpinionChoice: Codable, Sendable, Equatable {
    /// The preference model that predicted them; nil when members rated the opinions themselves.
    public let preferenceModel: UUID?
    /// By the author's id, then by the member's.
    public let agreements: [String: [String: Double]]
    /// By the author's id; none where nobody else was asked.
    public let welfare: [String: Double]
}
