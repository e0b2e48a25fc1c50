// Signing in and out, and who a cookie belongs to.

import Crypto
import Foundation
import Postgres

/// The users' sessions of a database.
public struct UserSessions: Sendable {
    /// After how many hours a session ends, whatever happens, and after how many without a request.
    static let hours = 12
    static let idleHours = 2
    /// How many failures there may be in a quarter of an hour: for one name from one network address, for one name from
    /// anywhere, and from one address. A try that is being looked at counts as one. Those for one name from anywhere are many,
    /// so that nobody is easily kept out by others who try their name.
    static let failures = 8
    static let failuresPerName = 100
    static let failuresPerAddress = 40
    static let failureMinutes = 15
    /// How many passwords are looked at at once, and how many tries wait for that.
    static let places = 2
    static let line = 20

    let database: Database
    let users: Users
    /// Before the turnstile of all passwords, where also admins wait who make users: a crowd stands here, not there.
    private let door = Turnstile(places: Self.places, line: Self.line)

    public init(database: Database) {
        self.database = database
        users = Users(database: database)
    }

    /// Opens a session for whoever knows the password.
    /// - Parameter address: where the request comes from.
    /// - Throws: ``UserError/wrongPassword``, ``UserError/tooManyFailures(minutes:)``, ``UserError/crowded``.
    public func signIn(_ name: String, password text: String, from address: String) async throws -> (User, Secret) {
        let attempt = try await begin(name, address)
        let kept = try await users.password(of: name)
        let isRight: Bool = try await look(attempt) {
            if let kept { return try await kept.matches(text) }
            // As long for a name that is not there, so that the time says nothing.
            _ = try await Password.of(text)
            return false
        }
        let user = isRight ? try await users.user(named: name) : nil
        guard let user, user.disabledAt == nil else { throw UserError.wrongPassword }
        let secret = Secret()
        try await database.transaction { connection in
            try await Self.open(secret, for: user, after: attempt, in: connection)
            try await AuditLog.record("session.sign-in", by: .init(user: user, way: .page), in: connection)
            // What has run out is of no use any more.
            try await connection.execute("DELETE FROM user_sessions WHERE expires_at < now()")
            try await connection.execute("DELETE FROM sign_in_failures WHERE failed_at < now() - interval '1 day'")
        }
        return (user, secret)
    }

    /// Changes the password of `user`, who knows the present one, ends all of their sessions, revokes their tokens, and opens
    /// a new session: whoever had one of theirs may have made tokens by it.
    /// - Parameter address: where the request comes from.
    /// - Throws: ``UserError``.
    public func changePassword(
        of user: User, from present: String, to next: String, address: String, by actor: AuditLog.Actor
    ) async throws -> (User, Secret) {
        guard next.count >= UserError.passwordLength.lowerBound else { throw UserError.passwordTooShort }
        guard next.count <= UserError.passwordLength.upperBound else { throw UserError.passwordTooLong }
        guard next != present else { throw UserError.samePassword }
        // Whoever has somebody's session must not guess faster by it.
        let attempt = try await begin(user.name, address)
        let kept = try await users.password(of: user.name)
        let password: Password = try await look(attempt) {
            guard let kept, try await kept.matches(present) else { throw UserError.wrongPassword }
            return try await Password.of(next)
        }
        let secret = Secret()
        try await database.transaction { connection in
            try await Users.set(password, of: user.name, mustChange: false, in: connection)
            try await Self.open(secret, for: user, after: attempt, in: connection)
            try await AuditLog.record("user.change-password", by: actor, subject: user.name, in: connection)
        }
        return (try await users.user(named: user.name), secret)
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

    /// A try to give somebody's password.
    private struct Attempt {
        let id: Int64
        let nameHash: Data
        let network: String
    }

    /// Counts a try as failed before anything is looked at; whoever succeeds takes it back. So guesses that come all at once
    /// are as many as guesses that come one after another.
    /// - Throws: ``UserError/tooManyFailures(minutes:)``.
    private func begin(_ name: String, _ address: String) async throws -> Attempt {
        let nameHash = Data(SHA256.hash(data: Data(name.utf8)))
        let network = Self.network(of: address)
        let id = try await database.transaction { connection in
            // One at a time: each counts those before it.
            try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended('sign-in', 0))")
            try await Self.checkThrottle(nameHash, network, in: connection)
            return try await connection.first(
                "INSERT INTO sign_in_failures (name_hash, address) VALUES (\(nameHash), \(network)) RETURNING id", as: Int64.self)
        }
        return Attempt(id: id ?? 0, nameHash: nameHash, network: network)
    }

    /// Looks at what was given in a try, as soon as there is a place.
    /// - Throws: ``UserError/crowded`` when too many wait: then nothing was looked at, and the try does not count.
    private func look<T: Sendable>(_ attempt: Attempt, _ work: @Sendable () async throws -> T) async throws -> T {
        do {
            return try await door.pass(work)
        } catch is Turnstile.Full {
            try await database.execute("DELETE FROM sign_in_failures WHERE id = \(attempt.id)")
            throw UserError.crowded
        }
    }

    /// What of an address counts: of IPv6, where one machine has many, the first half, which one network has; an IPv4 address
    /// that came over an IPv6 socket is the IPv4 address.
    static func network(of address: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, String(address.prefix { $0 != "%" }), &bytes) == 1 else { return address }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        let groups = stride(from: 0, to: 8, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/64"
    }

    /// Opens a session for somebody who knew the password, and forgets the failures before it in their network: those of
    /// others go on counting.
    private static func open(
        _ secret: Secret, for user: User, after attempt: Attempt, in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            INSERT INTO user_sessions (hash, user_id, expires_at)
            VALUES (\(Data(secret.hash)), \(user.id), now() + make_interval(hours => \(Int32(hours))))
            """)
        try await connection.execute("UPDATE users SET signed_in_at = now() WHERE id = \(user.id)")
        try await connection.execute(
            """
            DELETE FROM sign_in_failures
            WHERE name_hash = \(attempt.nameHash) AND address = \(attempt.network) AND id <= \(attempt.id)
            """)
    }

    private static func checkThrottle(_ nameHash: Data, _ network: String, in connection: Connection) async throws {
        /// When the oldest was of the last `limit` failures of which `condition` is true; null when there were fewer.
        func start(of limit: Int, _ condition: SQL) -> SQL {
            """
            (SELECT min(failed_at) FROM (SELECT failed_at FROM recent WHERE \(sql: condition)
                                         ORDER BY failed_at DESC LIMIT \(limit)) AS r
             HAVING count(*) = \(limit))
            """
        }
        let wait = try await connection.first(
            """
            WITH recent AS (SELECT name_hash, address, failed_at FROM sign_in_failures
                            WHERE failed_at > now() - make_interval(mins => \(Int32(failureMinutes))))
            SELECT greatest(
                \(sql: start(of: failures, "name_hash = \(nameHash) AND address = \(network)")),
                \(sql: start(of: failuresPerName, "name_hash = \(nameHash)")),
                \(sql: start(of: failuresPerAddress, "address = \(network)")))
            """, as: Date?.self)
        guard let oldest = wait ?? nil else { return }
        let seconds = oldest.addingTimeInterval(Double(failureMinutes) * 60).timeIntervalSinceNow
        throw UserError.tooManyFailures(minutes: max(1, Int((seconds / 60).rounded(.up))))
    }
}
