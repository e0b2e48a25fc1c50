// Bearer tokens for scripts. Looked up by hash, so that no comparison depends on the secret.

import Foundation
import Postgres

/// The bearer tokens of a database.
public struct Tokens: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Makes a token with which `concord simulate` may join synthetic participants.
    /// - Returns: the secret, which is shown once and not kept.
    public func createSimulationToken(name: String) async throws -> Secret {
        let secret = Secret()
        try await database.execute(
            "INSERT INTO tokens (name, scope, hash) VALUES (\(name), 'simulation', \(Data(secret.hash)))")
        return secret
    }

    /// Whether `secret` is a simulation token that has not been revoked.
    public func allowsSimulation(_ secret: Secret) async throws -> Bool {
        try await database.first(
            """
            SELECT true FROM tokens
            WHERE hash = \(Data(secret.hash)) AND scope = 'simulation' AND revoked_at IS NULL
            """, as: Bool.self) ?? false
    }

    /// Revokes every token of this name.
    /// - Returns: how many were revoked.
    public func revoke(name: String) async throws -> Int {
        try await database.execute(
            "UPDATE tokens SET revoked_at = now() WHERE name = \(name) AND revoked_at IS NULL")
    }
}
