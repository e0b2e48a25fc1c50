// Databases for tests: a real PostgreSQL, started once per test process.

import Foundation
import Postgres

/// Where tests get databases of their own.
public enum TestDatabase {
    /// A new database that has had all of `Migrations/`.
    public static func fresh() async throws -> Database {
        try Database(url: try await freshURL())
    }

    /// The address of a new database that has had all of `Migrations/`, for another process or another pool.
    public static func freshURL() async throws -> String {
        try await TestCluster.shared.createDatabase(migrated: true)
    }

    /// A new database with nothing in it.
    public static func empty() async throws -> Database {
        try Database(url: try await emptyURL())
    }

    /// The address of a new database with nothing in it.
    public static func emptyURL() async throws -> String {
        try await TestCluster.shared.createDatabase(migrated: false)
    }

    /// The folder of the project's migrations.
    public static var migrationsFolder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Migrations")
    }
}
