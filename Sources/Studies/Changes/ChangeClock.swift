// The count of transactions, which must not go back when a backup is restored, and which changes are whose.

import Foundation
import Postgres

/// Keeps the change clock going forward, and tells a restored database from the one that its backup is of.
public enum ChangeClock {
    /// Changes that follow on each other, until a backup was restored.
    public struct Lineage: Sendable, Equatable {
        public let id: UUID
        /// Its changes are counted from here on, up to where the next one begins.
        public let begins: UInt64
    }

    /// Looks whether the database lies in another place than before, as after a backup was restored, and if so begins another
    /// lineage, and puts the clock ahead of every change there is: another cluster counts its transactions from its own
    /// beginning. Done before anything is written; costs one query when there is nothing to do.
    public static func settle(in database: Database) async throws {
        let isHome: SQL = "SELECT home = change_home() FROM change_clock"
        guard try await database.first(isHome, as: Bool.self) == false else { return }
        try await database.transaction { connection in
            try await connection.execute("LOCK TABLE change_clock IN ACCESS EXCLUSIVE MODE")
            guard try await connection.first(isHome, as: Bool.self) == false else { return }
            let stamped = try await connection.query(
                """
                SELECT c.relname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                WHERE a.attname = 'changed_in' AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
                ORDER BY c.relname
                """, as: String.self)
            let changes = stamped.map { "SELECT max(changed_in)::text::bigint AS latest FROM \(identifier: $0)" as SQL }
            let latest = try await connection.first(
                "SELECT coalesce(max(latest), 0) FROM (\(sql: changes.joined(separator: " UNION ALL "))) AS t", as: Int64.self) ?? 0
            // In a lineage that begins in the same place nothing was changed, and no dump names it.
            try await connection.execute(
                """
                INSERT INTO change_lineages (begins) VALUES (\(latest + 1))
                ON CONFLICT (begins) DO UPDATE SET id = gen_random_uuid()
                """)
            try await connection.execute(
                """
                UPDATE change_clock
                SET home = change_home(), ahead = greatest(0, ahead, \(latest + 1) - pg_current_xact_id()::text::bigint)
                """)
        }
    }

    /// The lineages of the database's changes, the present one last.
    public static func lineages(in session: some PostgresSession) async throws -> [Lineage] {
        let rows = try await session.query(
            "SELECT id, begins FROM change_lineages ORDER BY begins", as: (UUID, Int64).self)
        return rows.map { Lineage(id: $0.0, begins: UInt64($0.1)) }
    }
}
