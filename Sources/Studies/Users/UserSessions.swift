// Signing in and out, and who a cookie belongs to.

import Crypto
import Foundation
import Postgres

/// The users' sessions of a database.
public struct UserSessions: Sendable {
    /// After how many hours a session ends, whatever happens, and after how many without a request.
    static let hours = 12
    static let idleHours = 2
    /// How many failures there may be in a quarter of an hour, per name and per network address.
    static let failuresPerName = 8
    static let failuresPerAddress = 40
    static let failureMinutes = 15

    let database: Database
    let users: Users

    public init(database: Database) {
        self.database = database
        users = Users(database: database)
    }

    /// Opens a session for whoever knows the password.
    /// - Parameter address: where the request comes from.
    /// - Throws: ``UserError/wrongPassword``, ``UserError/tooManyFailures(minutes:)``.
    public func signIn(_ name: String, password text: String, from address: String) async throws -> (User, Secret) {
        let nameHash = Data(SHA256.hash(data: Data(name.utf8)))
        try await checkThrottle(nameHash, address)
        let kept = try await users.password(of: name)
        // As long for a name that is not there, so that the time says nothing.
        let isRight: Bool
        if let kept {
            isRight = try await kept.matches(text)
        } else {
            _ = try await Password.of(text)
            isRight = false
        }
        let user = isRight ? try await users.user(named: name) : nil
        guard let user, user.disabledAt == nil else {
            try await database.execute(
                "INSERT INTO sign_in_failures (name_hash, address) VALUES (\(nameHash), \(address))")
            throw UserError.wrongPassword
        }
        let secret = Secret()
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO user_sessions (hash, user_id, expires_at)
                VALUES (\(Data(secret.hash)), \(user.id), now() + make_interval(hours => \(Int32(Self.hours))))
                """)
            try await connection.execute("UPDATE users SET signed_in_at = now() WHERE id = \(user.id)")
            // What has run out is of no use any more.
            try await connection.execute("DELETE FROM user_sessions WHERE expires_at < now()")
            try await connection.execute("DELETE FROM sign_in_failures WHERE failed_at < now() - interval '1 day'")
            try await connection.execute("DELETE FROM sign_in_failures WHERE name_hash = \(nameHash)")
        }
        return (user, secret)
    }

    /// The user whose session it is. Counts as use of it.
    /// - Returns: nil when there is no such session, it has ended, or the user is disabled.
    public func user(with secret: Secret) async throws -> User? {
        let row = try await database.first(
            """
            SELECT s.last_used_at < now() - interval '1 minute', u.name
            FROM user_sessions s JOIN users u ON u.id = s.user_id
            WHERE s.hash = \(Data(secret.hash)) AND s.expires_at > now() AND u.disabled_at IS NULL
              AND s.last_used_at > now() - make_interval(hours => \(Int32(Self.idleHours)))
            """, as: (Bool, String).self)
        guard let row else { return nil }
        if row.0 {
            try await database.execute("UPDATE user_sessions SET last_used_at = now() WHERE hash = \(Data(secret.hash))")
        }
        return try await users.user(named: row.1)
    }

    /// Ends a session.
    public func signOut(_ secret: Secret) async throws {
        try await database.execute("DELETE FROM user_sessions WHERE hash = \(Data(secret.hash))")
    }

    private func checkThrottle(_ nameHash: Data, _ address: String) async throws {
        let wait = try await database.first(
            """
            WITH recent AS (SELECT name_hash, address, failed_at FROM sign_in_failures
                            WHERE failed_at > now() - make_interval(mins => \(Int32(Self.failureMinutes))))
            SELECT greatest(
                (SELECT min(failed_at) FROM (SELECT failed_at FROM recent WHERE name_hash = \(nameHash)
                                             ORDER BY failed_at DESC LIMIT \(Self.failuresPerName)) AS r
                 HAVING count(*) = \(Self.failuresPerName)),
                (SELECT min(failed_at) FROM (SELECT failed_at FROM recent WHERE address = \(address)
                                             ORDER BY failed_at DESC LIMIT \(Self.failuresPerAddress)) AS r
                 HAVING count(*) = \(Self.failuresPerAddress)))
            """, as: Date?.self)
        guard let oldest = wait ?? nil else { return }
        let seconds = oldest.addingTimeInterval(Double(Self.failureMinutes) * 60).timeIntervalSinceNow
        throw UserError.tooManyFailures(minutes: max(1, Int((seconds / 60).rounded(.up))))
    }
}
