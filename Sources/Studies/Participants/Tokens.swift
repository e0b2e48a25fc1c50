// Bearer tokens for scripts. Looked up by hash, so that no comparison depends on the secret.

import Foundation
import Postgres

/// The bearer tokens of a database.
public struct Tokens: Sendable {
    /// What a token is good for.
    public enum Scope: String, Codable, Sendable, CaseIterable {
        /// Joining synthetic participants, as `concord simulate` does.
        case simulation
        /// Saying which submissions were returned on a platform.
        case recruitment
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Makes a token for `scope`.
    /// - Returns: the secret, which is shown once and not kept.
    public func create(_ scope: Scope, name: String) async throws -> Secret {
        let secret = Secret()
        try await database.execute(
            "INSERT INTO tokens (name, scope, hash) VALUES (\(name), \(scope.rawValue), \(Data(secret.hash)))")
        return secret
    }

    /// Whether `secret` is a token for `scope` that has not been revoked.
    public func allows(_ scope: Scope, _ secret: Secret) async throws -> Bool {
        try await database.first(
            """
            SELECT true FROM tokens
            WHERE hash = \(Data(secret.hash)) AND scope = \(scope.rawValue) AND revoked_at IS NULL
            """, as: Bool.self) ?? false
    }

    /// Revokes every token of this name.
    /// - Returns: how many were revoked.
    public func revoke(name: String) async throws -> Int {
        try await database.execute(
            "UPDATE tokens SET revoked_at = now() WHERE name = \(name) AND revoked_at IS NULL")
    }
}
