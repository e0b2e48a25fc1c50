// The count of transactions, which must not go back when a backup is restored into another cluster.

import Postgres

/// Keeps the change clock going forward.
public enum ChangeClock {
    /// Looks whether the database lies in another cluster than before, as after a backup was restored, and if so puts the clock
    /// ahead of every change there is: the new cluster counts its transactions from its own beginning. Done before anything is
    /// written; costs one query when there is nothing to do.
    public static func settle(in database: Database) async throws {
        let isHome: SQL = """
            SELECT c.system_identifier = s.system_identifier FROM change_clock c CROSS JOIN pg_control_system() s
            """
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
            let latest = stamped.map { "SELECT max(changed_in)::text::bigint AS latest FROM \(identifier: $0)" as SQL }
            try await connection.execute(
                """
                UPDATE change_clock
                SET system_identifier = (SELECT system_identifier FROM pg_control_system()),
                    ahead = greatest(0, ahead, (SELECT coalesce(max(latest), 0) FROM (\(sql: latest.joined(separator: " UNION ALL "))) AS t)
                                               + 1 - pg_current_xact_id()::text::bigint)
                """)
        }
    }
}
