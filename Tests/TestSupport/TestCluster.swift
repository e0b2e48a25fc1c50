// The PostgreSQL of this test process.

import Foundation
import Postgres

/// Starts a private cluster in a temporary folder on first use, and hands out databases in it. Stopped and removed when
/// the process exits; what a killed process left behind is removed by the next one.
actor TestCluster {
    static let shared = TestCluster()

    private struct Running {
        let cluster: PrivateCluster
        let database: Database
    }

    private var start: Task<Running, any Error>?
    private var template: Task<String, any Error>?
    private var count = 0

    /// Makes a database; gives its conninfo string.
    func createDatabase(migrated: Bool) async throws -> String {
        let running = try await running()
        let name: String
        if migrated {
            let template = try await self.template(running)
            name = nextName()
            // The template must have no session, and has none once it is made.
            try await running.database.execute("CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template)")
        } else {
            name = nextName()
            try await running.database.execute("CREATE DATABASE \(identifier: name)")
        }
        return Self.url(running.cluster, name)
    }

    private func nextName() -> String {
        count += 1
        return "test_\(count)"
    }

    private func running() async throws -> Running {
        if let start { return try await start.value }
        let task = Task { try await Self.launch() }
        start = task
        return try await task.value
    }

    private func template(_ running: Running) async throws -> String {
        if let template { return try await template.value }
        let task = Task {
            try await running.database.execute("CREATE DATABASE migrated")
            let database = try Database(url: Self.url(running.cluster, "migrated"), poolSize: 1)
            try await Migrations(folder: TestDatabase.migrationsFolder).apply(to: database)
            await database.close()
            return "migrated"
        }
        template = task
        return try await task.value
    }

    private static func launch() async throws -> Running {
        await TestFolder.sweep()
        let folder = try TestFolder.make()
        let cluster = try await PrivateCluster.join(folder: folder)
        TestFolder.removeAtExit(folder)
        // All tests of a process may ask for a database at once, on a machine that is busy.
        let database = try Database(url: cluster.url, poolSize: 2, acquireTimeout: .seconds(120))
        // Nothing here has to survive a power cut.
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            try await database.execute("ALTER SYSTEM SET \(identifier: setting) = off")
        }
        try await database.execute("SELECT pg_reload_conf()")
        return Running(cluster: cluster, database: database)
    }

    private static func url(_ cluster: PrivateCluster, _ name: String) -> String {
        // The last of two wins.
        cluster.url + " dbname=\(name)"
    }
}
