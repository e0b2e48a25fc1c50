// Somebody who runs studies, or works with their data.

import Foundation

/// A user of the admin pages.
public struct User: Codable, Sendable, Equatable {
    public let id: UUID
    /// By which they sign in.
    public let name: String
    public let role: UserRole
    /// Whether the password is a one-time one, with which nothing can be done but to choose another.
    public let mustChangePassword: Bool
    public let createdAt: Date
    /// When they last signed in.
    public let signedInAt: Date?
    public let disabledAt: Date?
}
