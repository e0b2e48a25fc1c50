// A file that can be fetched for some days.

import Foundation

/// A dump that was made for somebody on the pages.
public struct Download: Codable, Sendable {
    public let id: UUID
    /// Of the file.
    public let name: String
    public let bytes: Int64
    /// Hexadecimal.
    public let sha256: String
    /// Whether it has ids of recruitment platforms as they are; only admins may fetch it then.
    public let platformIDs: Bool
    /// Who asked for it; nil for somebody who is gone.
    public let user: String?
    public let createdAt: Date
    public let expiresAt: Date
}
