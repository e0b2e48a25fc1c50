// The code with which somebody goes on in another browser.

import Crypto
import Foundation

/// A personal return code: 12 letters and digits that cannot be taken for one another (Crockford's base 32), 60 random
/// bits, written in three groups. Only its SHA-256 is kept.
public struct ReturnCode: Sendable, Equatable {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    /// The code in three groups of four.
    public let text: String
    /// What the database keeps.
    let hash: [UInt8]

    /// Draws a new code.
    public init() {
        var generator = SystemRandomNumberGenerator()
        self.init(characters: (0..<12).map { _ in Self.alphabet[Int.random(in: 0..<32, using: &generator)] })
    }

    /// A code as somebody typed it: spaces, hyphens and case do not count, and letters that look like digits are those.
    /// - Returns: nil when it cannot be one.
    public init?(typed: String) {
        let characters = typed.uppercased().filter { !$0.isWhitespace && $0 != "-" }.map { character -> Character in
            switch character {
            case "O": "0"
            case "I", "L": "1"
            default: character
            }
        }
        guard characters.count == 12, characters.allSatisfy(Self.alphabet.contains) else { return nil }
        self.init(characters: characters)
    }

    private init(characters: [Character]) {
        text = stride(from: 0, to: 12, by: 4).map { String(characters[$0..<($0 + 4)]) }.joined(separator: "-")
        hash = Array(SHA256.hash(data: Data(String(characters).utf8)))
    }
}
