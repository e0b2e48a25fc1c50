// Which studies a user has, and with whom they are shared.

import Foundation
import Postgres

/// Who may read and change which study.
public struct StudyAccess: Sendable {
    public enum Use: Sendable {
        /// Reading and exporting.
        case read
        /// Everything else; for admins only.
        case change
    }

    /// A user with whom a study is shared.
    public struct Share: Codable, Sendable {
        public let name: String
        public let role: UserRole
        public let sharedAt: Date
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// True of a row of `studies s` that the user has: one that is shared with them, or, for admins, with no admin who can
    /// sign in, so that no study is ever out of everybody's hands. A copy is nobody's; whoever has its original has it by that.
    public static func has(_ user: User) -> SQL {
        """
        (s.copy_of IS NULL
         AND (EXISTS (SELECT FROM study_users x WHERE x.study_id = s.id AND x.user_id = \(user.id))
              OR \(user.role == .admin) AND NOT EXISTS (\(sql: admins(of: "s.id")))))
        """
    }

    /// The admins who can sign in and with whom the study is shared.
    private static func admins(of studyID: SQL) -> SQL {
        """
        SELECT u.id FROM study_users x JOIN users u ON u.id = x.user_id
        WHERE x.study_id = \(sql: studyID) AND u.role = 'admin' AND u.disabled_at IS NULL
        """
    }

    /// The study named `name`, if the user has it.
    /// - Throws: ``StudyError/unknownStudy(_:)`` also where there is one that they do not have, so that nobody learns of
    ///   it; ``UserError/adminsOnly``.
    public func study(named name: String, for user: User, to use: Use) async throws -> Study {
        let isTheirs = try await database.first(
            "SELECT \(sql: Self.has(user)) FROM studies s WHERE s.name = \(name)", as: Bool.self)
        guard isTheirs == true else { throw StudyError.unknownStudy(String(name.prefix(80))) }
        guard use == .read || user.role == .admin else { throw UserError.adminsOnly }
        return try await StudyCatalog(database: database).study(named: name)
    }

    /// The names of the user's studies.
    public func names(for user: User) async throws -> [String] {
        try await database.query(
            "SELECT s.name FROM studies s WHERE \(sql: Self.has(user)) ORDER BY s.name", as: String.self)
    }

    /// With whom the study is shared, by name.
    public func shares(of studyID: UUID) async throws -> [Share] {
        try await database.rows(
            """
            SELECT u.name, u.role, x.shared_at FROM study_users x JOIN users u ON u.id = x.user_id
            WHERE x.study_id = \(studyID) ORDER BY u.name
            """, as: Share.self)
    }

    /// Shares a study with the user named `name`. Whoever shares a study that was every admin's keeps it.
    /// - Throws: ``UserError/unknown(_:)``.
    public func share(_ studyID: UUID, with name: String, by actor: AuditLog.Actor) async throws {
        let user = try await Users(database: database).user(named: name)
        let giver = actor.user?.id
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO study_users (study_id, user_id, shared_by)
                SELECT \(studyID), one, \(giver) FROM unnest(\([user.id] + (giver.map { [$0] } ?? []))::uuid[]) AS one
                ON CONFLICT DO NOTHING
                """)
            try await AuditLog.record("study.share", by: actor, study: studyID, subject: name, in: connection)
        }
    }

    /// Takes a study away from the user named `name`.
    /// - Throws: ``UserError/lastShare(study:)`` when they are the last admin who has it, which would give it to every admin.
    public func unshare(_ study: Study, from name: String, by actor: AuditLog.Actor) async throws {
        try await database.transaction { connection in
            try await connection.execute("SELECT FROM studies WHERE id = \(study.id) FOR UPDATE")
            let before = try await Self.countAdmins(of: study.id, in: connection)
            try await connection.execute(
                """
                DELETE FROM study_users x USING users u
                WHERE u.id = x.user_id AND x.study_id = \(study.id) AND u.name = \(name)
                """)
            let left = try await Self.countAdmins(of: study.id, in: connection)
            guard before == 0 || left > 0 else { throw UserError.lastShare(study: study.settings.name) }
            try await AuditLog.record("study.unshare", by: actor, study: study.id, subject: name, in: connection)
        }
    }

    private static func countAdmins(of studyID: UUID, in connection: Connection) async throws -> Int {
        try await connection.first("SELECT count(*) FROM (\(sql: admins(of: "\(studyID)"))) AS admins", as: Int.self) ?? 0
    }
}
