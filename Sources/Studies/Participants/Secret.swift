// Secrets handed out once and kept only as their SHA-256.

import Crypto
import Foundation

/// A random secret: a session cookie or a bearer token.
public struct Secret: Sendable {
    /// The secret itself, 43 characters of base64url. Never stored, never logged.
    public let text: String
    /// What the database keeps.
    let hash: [UInt8]

    /// Draws a new secret of 256 random bits.
    public init() {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
        self.init(
            text: bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
    }

    /// Takes a secret that somebody presents.
    public init(text: String) {
        self.text = text
        self.hash = Array(SHA256.hash(data: Data(text.utf8)))
    }
}
