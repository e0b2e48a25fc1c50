// Connections that come and go.

import Foundation
import Postgres
import TestSupport
import Testing

@Suite("The pool")
struct PoolTests {
    @Test("Who waits too long for a connection gets an error, and the pool recovers")
    func exhaustion() async throws {
        let database = try Database(
            url: try await TestDatabase.emptyURL(), poolSize: 2, acquireTimeout: .milliseconds(200))
        // Opened beforehand, for which there is more time.
        try await database.connect()
        try await database.withConnection { _ in
            try await database.connect()
            try await database.withConnection { _ in
                let clock = ContinuousClock()
                let began = clock.now
                let error = await #expect(throws: PostgresError.self) { try await database.execute("SELECT 1") }
                #expect(error == .poolTimeout(.milliseconds(200)))
                #expect(clock.now - began >= .milliseconds(200))
                let waiting = Task { try await database.execute("SELECT 1") }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
        }
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
    }

    @Test("Many tasks share few connections")
    func sharing() async throws {
        let url = try await TestDatabase.emptyURL()
        let database = try Database(url: url, poolSize: 3)
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for number in 0..<300 {
                group.addTask { try await database.first("SELECT \(number)::int", as: Int.self) }
            }
            var sum = 0
            for try await number in group { sum += number ?? 0 }
            #expect(sum == 300 * 299 / 2)
        }
        let sessions = try await database.first(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'",
            as: Int.self)
        #expect(sessions ?? 99 <= 3)
    }

    @Test("Sessions that an administrator terminated are replaced")
    func terminated() async throws {
        let url = try await TestDatabase.emptyURL()
        let database = try Database(url: url, poolSize: 4)
        let observer = try Database(url: url, poolSize: 1)
        try await observer.connect()
        let own = try await observer.first("SELECT pg_backend_pid()", as: Int.self) ?? 0
        let others: SQL = """
            FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> \(own) AND backend_type = 'client backend'
            """
        for _ in 0..<3 {
            // Four at once.
            let (all, ready) = AsyncStream.makeStream(of: Void.self), inside = Tally()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await database.withConnection { connection in
                            try await connection.execute("SELECT 1")
                            if inside.add() == 4 { ready.finish() }
                            for await _ in all {}
                        }
                    }
                }
                try await group.waitForAll()
            }
            let killed = try await observer.execute("SELECT pg_terminate_backend(pid) \(sql: others)")
            #expect(killed == 4)
            while try await observer.first("SELECT count(*) \(sql: others)", as: Int.self) != 0 {
                try await Task.sleep(for: .milliseconds(5))
            }
            for _ in 0..<4 { #expect(try await database.first("SELECT 1", as: Int.self) == 1) }
        }
        // In the middle of a statement, the loss is told.
        let query = Task { try await database.execute("SELECT pg_sleep(60)") }
        let sleeping: SQL = "\(sql: others) AND query LIKE '%pg_sleep(60)%' AND state = 'active'"
        while try await observer.execute("SELECT pg_terminate_backend(pid) \(sql: sleeping)") == 0 {
            try await Task.sleep(for: .milliseconds(5))
        }
        let error = await #expect(throws: PostgresError.self) { try await query.value }
        guard case .connectionLost = error else {
            Issue.record("got \(String(describing: error))")
            return
        }
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
    }

    @Test("A closed database refuses work, ends its listeners and closes its sessions")
    func closing() async throws {
        let url = try await TestDatabase.emptyURL()
        let database = try Database(url: url, poolSize: 2)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let listener = Task {
            for try await _ in database.listen("x") { start.finish() }
        }
        for await _ in started {}
        try await database.execute("SELECT 1")
        await database.close()
        try await listener.value
        await #expect(throws: PostgresError.closed) { try await database.execute("SELECT 1") }
        await #expect(throws: PostgresError.closed) { try await database.connect() }
        let observer = try Database(url: url, poolSize: 1)
        let others: SQL = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        while try await observer.first(others, as: Int.self) != 0 { try await Task.sleep(for: .milliseconds(5)) }
    }

    @Test("An address that cannot be read, a database that is away and one that does not exist are told in one line")
    func addresses() async throws {
        let unreadable = #expect(throws: PostgresError.self) { try Database(url: "host='unclosed") }
        #expect(unreadable?.description.contains("cannot be read") == true)
        let away = try Database(
            url: "postgres://nobody:secret@127.0.0.1:9/none", poolSize: 1, acquireTimeout: .milliseconds(300))
        for attempt in 0..<2 {
            let error = await #expect(throws: PostgresError.self) {
                if attempt == 0 { try await away.connect() } else { try await away.execute("SELECT 1") }
            }
            guard case .unreachable = error else {
                Issue.record("got \(String(describing: error))")
                continue
            }
            #expect(error?.description.contains("\n") == false)
            #expect(error?.description.contains("secret") == false)
        }
        let missing = try Database(url: try await TestDatabase.emptyURL() + " dbname=nowhere")
        let error = await #expect(throws: PostgresError.self) { try await missing.execute("SELECT 1") }
        #expect(error?.sqlState == "3D000")
    }
}
