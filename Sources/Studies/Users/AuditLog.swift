// Who changed what. Rows are only ever added.

import Foundation
import Postgres

/// The audit log of a database.
public struct AuditLog: Sendable {
    /// By which way something was changed.
    public enum Way: String, Codable, Sendable {
        case page, token
        case commandLine = "command-line"
        /// By itself, because of what an admin has set.
        case server
    }

    /// Who does something, and how.
    public struct Actor: Sendable {
        public let user: User?
        public let way: Way

        public init(user: User?, way: Way) {
            self.user = user
            self.way = way
        }

        /// Whoever has the server's command line.
        public static let commandLine = Actor(user: nil, way: .commandLine)
        /// The server itself.
        static let server = Actor(user: nil, way: .server)
    }

    /// A line of the log.
    public struct Entry: Codable, Sendable {
        public let id: Int64
        public let at: Date
        /// Nil for the command line and the server itself.
        public let user: String?
        public let via: Way
        /// Such as `study.open`.
        public let action: String
        public let study: String?
        public let subject: String?
        public let details: [String: String]
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Adds a line.
    /// - Parameters:
    ///   - action: what was done, as `noun.verb`.
    ///   - subject: what it was done to: a name or an id, never a secret.
    public func record(
        _ action: String, by actor: Actor, study: UUID? = nil, subject: String? = nil, details: [String: String] = [:]
    ) async throws {
        try await Self.record(action, by: actor, study: study, subject: subject, details: details, in: database)
    }

    /// Adds a line, unless the same person has had the same one in the last quarter of an hour: for what somebody looks at,
    /// or fetches piece by piece.
    public func recordOnce(
        _ action: String, by actor: Actor, study: UUID, subject: String? = nil, details: [String: String] = [:]
    ) async throws {
        try await database.transaction { connection in
            // A page asks for several things at once.
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(\(action), hashtext(\(study)::uuid::text)))")
            let isKnown = try await connection.first(
                """
                SELECT true FROM audit_log
                WHERE study_id = \(study) AND action = \(action) AND user_id IS NOT DISTINCT FROM \(actor.user?.id)
                  AND subject IS NOT DISTINCT FROM \(subject) AND at > now() - interval '15 minutes' LIMIT 1
                """, as: Bool.self)
            guard isKnown == nil else { return }
            try await Self.record(action, by: actor, study: study, subject: subject, details: details, in: connection)
        }
    }

    /// Adds a line in the transaction that does what it says.
    public static func record(
        _ action: String, by actor: Actor, study: UUID? = nil, subject: String? = nil, details: [String: String] = [:],
        in session: some PostgresSession
    ) async throws {
        try await session.execute(
            """
            INSERT INTO audit_log (user_id, via, action, study_id, subject, details)
            VALUES (\(actor.user?.id), \(actor.way.rawValue), \(action), \(study), \(subject), \(JSONB(details)))
            """)
    }

    /// The newest lines that `user` may read: those of their studies, those of no study, and their own.
    /// - Parameters:
    ///   - user: nil for whoever has the server's command line, who may read all.
    ///   - study: only those of this study.
    ///   - name: only those of the user with this name.
    ///   - action: only those with this action.
    ///   - before: only those before this line.
    public func entries(
        for user: User?, study: UUID? = nil, by name: String? = nil, action: String? = nil, before: Int64? = nil, limit: Int = 100
    ) async throws -> [Entry] {
        let isTheirs: SQL =
            if let user { "(a.study_id IS NULL OR a.user_id = \(user.id) OR \(sql: StudyAccess.has(user)))" } else { "true" }
        return try await database.query(
            """
            SELECT a.id, a.at, u.name, a.via, a.action, s.name, a.subject, a.details
            FROM audit_log a LEFT JOIN users u ON u.id = a.user_id LEFT JOIN studies s ON s.id = a.study_id
            WHERE \(sql: isTheirs)
              AND (\(study)::uuid IS NULL OR a.study_id = \(study)) AND (\(before)::bigint IS NULL OR a.id < \(before))
              AND (\(name)::text IS NULL OR u.name = \(name)) AND (\(action)::text IS NULL OR a.action = \(action))
            ORDER BY a.id DESC LIMIT \(limit)
            """, as: (Int64, Date, String?, String, String, String?, String?, JSONB<[String: String]>).self
        ).map { row in
            Entry(
                id: row.0, at: row.1, user: row.2, via: Way(rawValue: row.3) ?? .commandLine, action: row.4, study: row.5,
                subject: row.6, details: row.7.value)
        }
    }
}
