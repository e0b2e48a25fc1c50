// Passwords are kept as scrypt of them, each with a salt of its own.

import Crypto
import CryptoExtras
import Foundation
import Postgres

/// What is kept of a password: scrypt (RFC 7914) with r = 8, p = 3 and N = 2^cost.
struct Password: Sendable {
    /// N = 2^15 with p = 3, which takes 32 MiB and about a quarter of a second: one of OWASP's recommended settings.
    static let cost = 15
    /// How many are derived at once, so that a crowd takes 64 MiB and two cores, and not all there is. How long its line may be
    /// is for ``UserSessions`` to say.
    private static let turnstile = Turnstile(places: 2)

    let salt: Data
    let key: Data
    let cost: Int

    /// What to keep of `text`.
    static func of(_ text: String) async throws -> Password {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        return Password(salt: salt, key: try await derive(text, salt: salt, cost: cost), cost: cost)
    }

    /// Whether `text` is the password; compared in constant time.
    func matches(_ text: String) async throws -> Bool {
        let derived = try await Self.derive(text, salt: salt, cost: cost)
        guard derived.count == key.count else { return false }
        return zip(derived, key).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// A password that somebody types once: four groups of five letters and digits, none that look alike; 98 bits.
    static func oneTime() -> String {
        let letters = Array("abcdefghjkmnpqrstuvwxyz23456789")
        return (0..<4).map { _ in
            String((0..<5).map { _ in letters[Int.random(in: 0..<letters.count)] })
        }.joined(separator: "-")
    }

    private static func derive(_ text: String, salt: Data, cost: Int) async throws -> Data {
        // Unicode has several spellings of one text; keyboards differ in which they send.
        let bytes = Data(text.precomposedStringWithCompatibilityMapping.utf8)
        return try await turnstile.pass {
            await OffPool.run {
                Result {
                    try KDF.Scrypt.deriveKey(
                        from: bytes, salt: salt, outputByteCount: 32, rounds: 1 << cost, blockSize: 8, parallelism: 3
                    ).withUnsafeBytes { Data($0) }
                }
            }
        }.get()
    }
}
