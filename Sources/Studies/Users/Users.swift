// The users of a database: making them, their roles and passwords. What is changed by somebody is logged with the change.

import Foundation
import Postgres

/// The users of a database.
public struct Users: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    static let columns: SQL = "id, name, role, must_change_password, created_at, signed_in_at, disabled_at"

    /// Makes a user with a one-time password.
    /// - Parameter actor: who makes it, for the log; nothing is logged without.
    /// - Returns: the password, which is shown once and not kept.
    /// - Throws: ``UserError``.
    public func create(_ name: String, role: UserRole, by actor: AuditLog.Actor? = nil) async throws -> String {
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9._-]{0,62}/) != nil else { throw UserError.badName(name) }
        let text = Password.oneTime()
        let password = try await Password.of(text)
        try await database.transaction { connection in
            let made = try await connection.first(
                """
                INSERT INTO users (name, role, password_salt, password_key, password_cost)
                VALUES (\(name), \(role.rawValue), \(password.salt), \(password.key), \(Int16(password.cost)))
                ON CONFLICT (name) DO NOTHING RETURNING true
                """, as: Bool.self)
            guard made == true else { throw UserError.exists(name) }
            guard let actor else { return }
            try await AuditLog.record(
                "user.create", by: actor, subject: name, details: ["role": role.rawValue], in: connection)
        }
        return text
    }

    /// Makes the first admin, or gives that admin another one-time password as long as nobody has ever signed in.
    /// - Returns: name and password; nil when somebody has signed in before, or other users were made.
    public func firstAdmin(named name: String) async throws -> (name: String, password: String)? {
        let text = Password.oneTime()
        let password = try await Password.of(text)
        let made = try await database.transaction { connection in
            try await connection.execute("LOCK TABLE users IN EXCLUSIVE MODE")
            return try await connection.first(
                """
                INSERT INTO users (name, role, password_salt, password_key, password_cost)
                SELECT \(name), 'admin', \(password.salt), \(password.key), \(Int16(password.cost))
                WHERE NOT EXISTS (SELECT FROM users WHERE name <> \(name) OR signed_in_at IS NOT NULL OR role <> 'admin')
                ON CONFLICT (name) DO UPDATE
                SET password_salt = excluded.password_salt, password_key = excluded.password_key,
                    password_cost = excluded.password_cost, must_change_password = true
                RETURNING true
                """, as: Bool.self)
        }
        return made == true ? (name, text) : nil
    }

    /// Every user, by name.
    public func list() async throws -> [User] {
        try await database.rows("SELECT \(sql: Self.columns) FROM users ORDER BY name", as: User.self)
    }

    /// The user named `name`.
    /// - Throws: ``UserError/unknown(_:)``.
    public func user(named name: String) async throws -> User {
        guard
            let user = try await database.rows(
                "SELECT \(sql: Self.columns) FROM users WHERE name = \(name)", as: User.self
            ).first
        else { throw UserError.unknown(name) }
        return user
    }

    /// Gives a user another one-time password, ends their sessions and revokes their tokens: whoever had the password may
    /// have made some.
    /// - Parameter actor: who does it, for the log; nothing is logged without.
    /// - Returns: the password, which is shown once and not kept.
    /// - Throws: ``UserError/unknown(_:)``, ``UserError/hasOtherStudies(name:command:)``.
    public func resetPassword(of name: String, by actor: AuditLog.Actor? = nil) async throws -> String {
        let text = Password.oneTime()
        let password = try await Password.of(text)
        try await database.transaction { connection in
            // Whoever hands on a password can sign in with it: also as a researcher, whom they could then make an admin.
            try await Self.checkStudies(of: name, by: actor, command: "reset-password \(name)", in: connection)
            try await Self.set(password, of: name, mustChange: true, in: connection)
            guard let actor else { return }
            try await AuditLog.record("user.reset-password", by: actor, subject: name, in: connection)
        }
        return text
    }

    /// Changes the role of a user, and keeps them out or lets them in again: both, where both are given, or neither. Disabling
    /// ends their sessions and silences their tokens.
    /// - Parameters:
    ///   - role: as it is, if nil.
    ///   - isDisabled: as it is, if nil.
    ///   - actor: who does it, for the log; nothing is logged without.
    /// - Throws: ``UserError/unknown(_:)``, ``UserError/lastAdmin`` when nobody would be left to look after users,
    ///   ``UserError/hasOtherStudies(name:command:)`` when an admin would lose them to `actor`.
    public func change(
        _ name: String, role: UserRole? = nil, isDisabled: Bool? = nil, by actor: AuditLog.Actor? = nil
    ) async throws {
        try await keepingAnAdmin(of: name) { connection in
            if let role { try await Self.setRole(of: name, to: role, by: actor, in: connection) }
            if let isDisabled { try await Self.setDisabled(isDisabled, of: name, by: actor, in: connection) }
        }
    }

    /// Changes the role of a user, as ``change(_:role:isDisabled:by:)`` does.
    public func setRole(of name: String, to role: UserRole, by actor: AuditLog.Actor? = nil) async throws {
        try await change(name, role: role, by: actor)
    }

    /// Keeps a user out, or lets them in again, as ``change(_:role:isDisabled:by:)`` does.
    public func setDisabled(_ isDisabled: Bool, of name: String, by actor: AuditLog.Actor? = nil) async throws {
        try await change(name, isDisabled: isDisabled, by: actor)
    }

    private static func setRole(
        of name: String, to role: UserRole, by actor: AuditLog.Actor?, in connection: Connection
    ) async throws {
        if role != .admin {
            try await checkStudies(of: name, as: .admin, by: actor, command: "role \(name) \(role.rawValue)", in: connection)
        }
        try await connection.execute("UPDATE users SET role = \(role.rawValue) WHERE name = \(name)")
        guard let actor else { return }
        try await AuditLog.record("user.role", by: actor, subject: name, details: ["role": role.rawValue], in: connection)
    }

    private static func setDisabled(
        _ isDisabled: Bool, of name: String, by actor: AuditLog.Actor?, in connection: Connection
    ) async throws {
        if isDisabled {
            try await checkStudies(of: name, as: .admin, by: actor, command: "disable \(name)", in: connection)
        }
        if let actor {
            try await AuditLog.record(isDisabled ? "user.disable" : "user.enable", by: actor, subject: name, in: connection)
        }
        try await connection.execute(
            """
            UPDATE users SET disabled_at = CASE WHEN \(isDisabled) THEN coalesce(disabled_at, now()) END
            WHERE name = \(name)
            """)
        guard isDisabled else { return }
        try await connection.execute(
            "DELETE FROM user_sessions USING users u WHERE u.id = user_id AND u.name = \(name)")
    }

    func password(of name: String) async throws -> Password? {
        try await database.first(
            "SELECT password_salt, password_key, password_cost FROM users WHERE name = \(name)",
            as: (Data, Data, Int16).self
        ).map { Password(salt: $0.0, key: $0.1, cost: Int($0.2)) }
    }

    /// Gives a user this password, ends their sessions and revokes their tokens.
    /// - Throws: ``UserError/unknown(_:)``.
    static func set(_ password: Password, of name: String, mustChange: Bool, in connection: Connection) async throws {
        let id = try await connection.first(
            """
            UPDATE users SET password_salt = \(password.salt), password_key = \(password.key),
                             password_cost = \(Int16(password.cost)), must_change_password = \(mustChange)
            WHERE name = \(name) RETURNING id
            """, as: UUID.self)
        guard let id else { throw UserError.unknown(name) }
        try await connection.execute("DELETE FROM user_sessions WHERE user_id = \(id)")
        try await connection.execute("UPDATE tokens SET revoked_at = now() WHERE user_id = \(id) AND revoked_at IS NULL")
    }

    /// Nobody comes by a study through whoever has it: a study whose last admin cannot sign in is every admin's.
    /// - Parameters:
    ///   - role: only if the user has this role, and where nobody else who can sign in has the study with it; whatever they
    ///     have, and whoever else has it, if nil.
    ///   - actor: who wants it; the command line may.
    ///   - command: what does it there, after `concord user`.
    /// - Throws: ``UserError/hasOtherStudies(name:command:)`` when the user has a study that `actor` does not have.
    private static func checkStudies(
        of name: String, as role: UserRole? = nil, by actor: AuditLog.Actor?, command: String, in connection: Connection
    ) async throws {
        guard let user = actor?.user else { return }
        let hasOthers = try await connection.first(
            """
            SELECT EXISTS (
                SELECT FROM users h JOIN study_users hs ON hs.user_id = h.id JOIN studies s ON s.id = hs.study_id
                WHERE h.name = \(name) AND (\(role?.rawValue)::text IS NULL OR h.role = \(role?.rawValue))
                  AND s.copy_of IS NULL AND NOT \(sql: StudyAccess.has(user))
                  AND (\(role?.rawValue)::text IS NULL
                       OR NOT EXISTS (SELECT FROM study_users x JOIN users u ON u.id = x.user_id
                                      WHERE x.study_id = s.id AND u.id <> h.id AND u.role = 'admin' AND u.disabled_at IS NULL)))
            """, as: Bool.self)
        guard hasOthers != true else {
            throw UserError.hasOtherStudies(name: name, command: "concord user \(command)")
        }
    }

    private func keepingAnAdmin(
        of name: String, _ change: @Sendable (Connection) async throws -> Void
    ) async throws {
        try await database.transaction { connection in
            try await connection.execute("LOCK TABLE users IN EXCLUSIVE MODE")
            guard try await connection.first("SELECT true FROM users WHERE name = \(name)", as: Bool.self) == true else {
                throw UserError.unknown(name)
            }
            let before = try await Self.admins(in: connection)
            try await change(connection)
            let after = try await Self.admins(in: connection)
            guard before == 0 || after > 0 else { throw UserError.lastAdmin }
        }
    }

    private static func admins(in connection: Connection) async throws -> Int {
        try await connection.first(
            "SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL", as: Int.self) ?? 0
    }
}
