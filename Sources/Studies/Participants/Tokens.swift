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
        /// Everything that its user may do.
        case api
    }

    /// A token of a user, without its secret.
    public struct Listed: Codable, Sendable {
        public let id: UUID
        public let name: String
        public let createdAt: Date
        public let lastUsedAt: Date?
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Makes a token for `scope`.
    /// - Parameter actor: who makes it, for the log; nothing is logged without.
    /// - Returns: the secret, which is shown once and not kept.
    public func create(_ scope: Scope, name: String, by actor: AuditLog.Actor? = nil) async throws -> Secret {
        let secret = Secret()
        try await database.transaction { connection in
            try await connection.execute(
                "INSERT INTO tokens (name, scope, hash) VALUES (\(name), \(scope.rawValue), \(Data(secret.hash)))")
            guard let actor else { return }
            try await AuditLog.record(
                "token.create", by: actor, subject: name, details: ["scope": scope.rawValue], in: connection)
        }
        return secret
    }

    /// Makes a token with which a script does what `user` may do.
    /// - Parameter actor: who makes it, for the log.
    /// - Returns: the secret, which is shown once and not kept.
    /// - Throws: ``UserError/badTokenName``.
    public func create(for user: User, name: String, by actor: AuditLog.Actor) async throws -> Secret {
        guard (1...100).contains(name.count), !name.unicodeScalars.contains("\0") else { throw UserError.badTokenName }
        let secret = Secret()
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO tokens (name, scope, hash, user_id)
                VALUES (\(name), \(Scope.api.rawValue), \(Data(secret.hash)), \(user.id))
                """)
            try await AuditLog.record(
                "token.create", by: actor, subject: name, details: ["user": user.name], in: connection)
        }
        return secret
    }

    /// The user for whom the token of scope api was made. Counts as use of it.
    /// - Returns: nil when it is unknown or revoked, or the user is disabled.
    public func user(_ secret: Secret) async throws -> User? {
        let name = try await database.first(
            """
            UPDATE tokens t SET last_used_at = now() FROM users u
            WHERE u.id = t.user_id AND t.hash = \(Data(secret.hash)) AND t.scope = 'api' AND t.revoked_at IS NULL
              AND u.disabled_at IS NULL
            RETURNING u.name
            """, as: String.self)
        guard let name else { return nil }
        return try await Users(database: database).user(named: name)
    }

    /// The user's tokens that have not been revoked, newest first.
    public func list(of user: User) async throws -> [Listed] {
        try await database.rows(
            """
            SELECT id, name, created_at, last_used_at FROM tokens
            WHERE user_id = \(user.id) AND revoked_at IS NULL ORDER BY created_at DESC, id
            """, as: Listed.self)
    }

    /// Revokes a token of the user.
    /// - Parameter actor: who revokes it, for the log.
    /// - Throws: ``UserError/unknownToken(_:)``.
    public func revoke(id: String, of user: User, by actor: AuditLog.Actor) async throws {
        try await database.transaction { connection in
            let name = try await connection.first(
                """
                UPDATE tokens SET revoked_at = now()
                WHERE id::text = \(id.lowercased()) AND user_id = \(user.id) AND revoked_at IS NULL RETURNING name
                """, as: String.self)
            guard let name else { throw UserError.unknownToken(id) }
            try await AuditLog.record("token.revoke", by: actor, subject: name, in: connection)
        }
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
    /// - Parameter actor: who revokes them, for the log; nothing is logged without.
    /// - Returns: how many were revoked.
    public func revoke(name: String, by actor: AuditLog.Actor? = nil) async throws -> Int {
        try await database.transaction { connection in
            let count = try await connection.execute(
                "UPDATE tokens SET revoked_at = now() WHERE name = \(name) AND revoked_at IS NULL")
            if let actor { try await AuditLog.record("token.revoke", by: actor, subject: name, in: connection) }
            return count
        }
    }
}
