// Migrations: in order, once, never edited.

import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Migrations")
struct MigrationTests {
    /// A folder with these files.
    private func folder(_ files: [String: String]) throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("concord-migrations-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(to: folder.appendingPathComponent(name), atomically: true, encoding: .utf8)
        }
        return folder
    }

    private let people = "CREATE TABLE people (id int); CREATE TABLE trace (n int); INSERT INTO trace VALUES (1);"
    private let more = "ALTER TABLE people ADD name text; INSERT INTO trace VALUES (2);"

    @Test("They run in order, once, and their checksums are kept")
    func order() async throws {
        let database = try await TestDatabase.empty()
        let files = try folder(["0002_more.sql": more, "0001_people.sql": people, "README.md": "not SQL"])
        defer { try? FileManager.default.removeItem(at: files) }
        let migrations = try Migrations(folder: files)
        #expect(migrations.names == ["0001_people.sql", "0002_more.sql"])
        #expect(try await migrations.status(in: database) == .pending(["0001_people.sql", "0002_more.sql"]))
        #expect(try await migrations.apply(to: database) == ["0001_people.sql", "0002_more.sql"])
        #expect(try await migrations.apply(to: database) == [])
        #expect(try await migrations.status(in: database) == .current)
        #expect(try await database.query("SELECT n FROM trace", as: Int.self) == [1, 2])
        // sha256sum's opinion, through PostgreSQL.
        let checksum = try await database.first(
            "SELECT checksum = encode(sha256(convert_to(\(people), 'UTF8')), 'hex') FROM schema_migrations ORDER BY name",
            as: Bool.self)
        #expect(checksum == true)
    }

    @Test("A failing file is undone whole, and those before it stay")
    func failure() async throws {
        let database = try await TestDatabase.empty()
        let files = try folder([
            "0001_people.sql": people, "0002_bad.sql": "INSERT INTO trace VALUES (2); SELECT 1 / 0;",
        ])
        defer { try? FileManager.default.removeItem(at: files) }
        let error = await #expect(throws: MigrationError.self) { try await Migrations(folder: files).apply(to: database) }
        guard case .failed("0002_bad.sql", let reason) = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(reason.sqlState == "22012")
        #expect(try await database.query("SELECT n FROM trace", as: Int.self) == [1])
        #expect(try await Migrations(folder: files).status(in: database) == .pending(["0002_bad.sql"]))
        // The lock is free again.
        let locks: SQL = """
            SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
            WHERE locktype = 'advisory' AND d.datname = current_database()
            """
        #expect(try await database.first(locks, as: Int.self) == 0)
    }

    @Test("An edited file, a newer database, a late file and one with a COMMIT of its own are refused")
    func refusals() async throws {
        let database = try await TestDatabase.empty()
        let files = try folder(["0001_people.sql": people, "0003_more.sql": more])
        defer { try? FileManager.default.removeItem(at: files) }
        try await Migrations(folder: files).apply(to: database)

        let edited = try folder(["0001_people.sql": people + " -- harmless", "0003_more.sql": more, "0004_x.sql": ""])
        defer { try? FileManager.default.removeItem(at: edited) }
        #expect(try await Migrations(folder: edited).status(in: database) == .edited(["0001_people.sql"]))
        await #expect(throws: MigrationError.edited(["0001_people.sql"])) {
            try await Migrations(folder: edited).apply(to: database)
        }

        let older = try folder(["0001_people.sql": people])
        defer { try? FileManager.default.removeItem(at: older) }
        #expect(try await Migrations(folder: older).status(in: database) == .newerDatabase(["0003_more.sql"]))
        await #expect(throws: MigrationError.newerDatabase(["0003_more.sql"])) {
            try await Migrations(folder: older).apply(to: database)
        }

        let late = try folder(["0001_people.sql": people, "0002_late.sql": "", "0003_more.sql": more])
        defer { try? FileManager.default.removeItem(at: late) }
        await #expect(throws: MigrationError.outOfOrder(["0002_late.sql"])) {
            try await Migrations(folder: late).apply(to: database)
        }

        let ending = try folder([
            "0001_people.sql": people, "0003_more.sql": more, "0004_end.sql": "INSERT INTO trace VALUES (4); COMMIT;",
        ])
        defer { try? FileManager.default.removeItem(at: ending) }
        await #expect(throws: MigrationError.endsTransaction("0004_end.sql")) {
            try await Migrations(folder: ending).apply(to: database)
        }

        for names in [["one.sql"], ["0001_a.sql", "00001_b.sql"]] {
            let badly = try folder(Dictionary(uniqueKeysWithValues: names.map { ($0, "") }))
            defer { try? FileManager.default.removeItem(at: badly) }
            #expect(throws: MigrationError.self) { try Migrations(folder: badly) }
        }
        #expect(throws: MigrationError.self) { try Migrations(folder: URL(fileURLWithPath: "/nowhere")) }
    }

    @Test("Programs that migrate at the same time apply each file once")
    func concurrency() async throws {
        let url = try await TestDatabase.emptyURL()
        let files = try folder([
            "0001_people.sql": people + " SELECT pg_sleep(0.1);", "0002_more.sql": more,
        ])
        defer { try? FileManager.default.removeItem(at: files) }
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    let database = try Database(url: url, poolSize: 1)
                    let count = try await Migrations(folder: files).apply(to: database).count
                    await database.close()
                    return count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(applied == [0, 0, 0, 0, 2])
        let database = try Database(url: url, poolSize: 1)
        #expect(try await database.query("SELECT n FROM trace", as: Int.self) == [1, 2])
    }

    @Test("The project's own migrations apply to an empty database, and fresh databases have had them")
    func projectMigrations() async throws {
        let migrations = try Migrations(folder: TestDatabase.migrationsFolder)
        let database = try await TestDatabase.empty()
        #expect(try await migrations.apply(to: database) == migrations.names)
        #expect(try await migrations.status(in: TestDatabase.fresh()) == .current)
    }
}
