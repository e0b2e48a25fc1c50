// Statements, errors, transactions and cancellation.

import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Statements and transactions")
struct StatementTests {
    @Test("Errors carry the SQLSTATE and the names of constraint, table and column")
    func errors() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute(
            """
            CREATE TABLE ratings (
                id int CONSTRAINT one_per_person UNIQUE,
                agreement smallint NOT NULL CONSTRAINT likert CHECK (agreement BETWEEN 1 AND 7)
            )
            """)
        try await database.execute("INSERT INTO ratings VALUES (1, 4)")
        func report(_ sql: SQL) async throws -> ServerError? {
            let error = await #expect(throws: PostgresError.self) { try await database.execute(sql) }
            guard case .server(let report) = error else { return nil }
            return report
        }
        let duplicate = try await report("INSERT INTO ratings VALUES (1, 5)")
        #expect(duplicate?.sqlState == "23505")
        #expect(duplicate?.constraint == "one_per_person")
        #expect(duplicate?.table == "ratings")
        #expect(duplicate?.detail == "Key (id)=(1) already exists.")
        #expect(try await report("INSERT INTO ratings VALUES (2, 8)")?.constraint == "likert")
        #expect(try await report("INSERT INTO ratings VALUES (2, NULL)")?.column == "agreement")
        #expect(try await report("INSERT INTO ratings VALUES (2, \(70_000))")?.sqlState == "22003")
        #expect(try await report("SELEC 1")?.sqlState == "42601")
        #expect(try await report("SELECT \("x")::int")?.sqlState == "22P02")
        // Each failure leaves the connection usable.
        #expect(try await database.query("SELECT agreement FROM ratings", as: Int.self) == [4])
        #expect(try await database.execute("UPDATE ratings SET agreement = 5") == 1)
        #expect(try await database.execute("DELETE FROM ratings WHERE id = 7") == 0)
        #expect(try await database.execute("CREATE TABLE empty ()") == 0)
        #expect(try await database.execute("") == 0)
    }

    @Test("A statement is prepared once per connection, and the number of prepared ones stays bounded")
    func prepared() async throws {
        let database = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        let prepared: SQL = "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT 1 + $1'"
        for number in 0..<20 {
            #expect(try await database.first("SELECT 1 + \(number)", as: Int.self) == number + 1)
        }
        #expect(try await database.first(prepared, as: Int.self) == 1)
        for number in 0..<600 { try await database.execute("SELECT \(sql: SQL(verbatim: "\(number)")) + \(number)") }
        #expect(try await database.first("SELECT count(*) <= 256 FROM pg_prepared_statements", as: Bool.self) == true)
        #expect(try await database.first("SELECT 599 + \(1)", as: Int.self) == 600)
    }

    @Test("A table that changes under a prepared statement does not break it")
    func changedTable() async throws {
        let database = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        try await database.execute("CREATE TABLE t (a int)")
        try await database.execute("INSERT INTO t VALUES (1)")
        struct Row: Decodable, Sendable { var a: Int, b: Int? }
        #expect(try await database.rows("SELECT * FROM t", as: Row.self).first?.b == nil)
        try await database.execute("ALTER TABLE t ADD b int DEFAULT 2")
        #expect(try await database.rows("SELECT * FROM t", as: Row.self).first?.b == 2)
        try await database.execute("DEALLOCATE ALL")
        #expect(try await database.rows("SELECT * FROM t", as: Row.self).first?.b == 2)
    }

    @Test("A transaction commits when its body returns and rolls back when it throws")
    func transaction() async throws {
        struct Stop: Error {}
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TABLE t (x int UNIQUE)")
        let value = try await database.transaction { connection in
            try await connection.execute("INSERT INTO t VALUES (1)")
            #expect(try await database.query("SELECT x FROM t", as: Int.self) == [])
            return try await connection.first("SELECT x FROM t", as: Int.self)
        }
        #expect(value == 1)
        await #expect(throws: Stop.self) {
            try await database.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (2)")
                throw Stop()
            }
        }
        #expect(try await database.query("SELECT x FROM t", as: Int.self) == [1])
        // An error the body swallowed must not pass for a commit.
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (3)")
                _ = try? await connection.execute("INSERT INTO t VALUES (1)")
            }
        }
        #expect(error == .transactionAborted)
        // A transaction left open on a lent connection is undone before the next borrower sees it.
        try await database.withConnection { connection in
            try await connection.execute("BEGIN")
            try await connection.execute("INSERT INTO t VALUES (4)")
        }
        #expect(try await database.query("SELECT x FROM t", as: Int.self) == [1])
        let leaked = try await database.withConnection { $0 }
        #expect(await #expect(throws: PostgresError.self) { try await leaked.execute("SELECT 1") } == .connectionReturned)
    }

    @Test("Two transactions that deadlock both commit, one of them on its second run")
    func deadlock() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TABLE accounts (id int PRIMARY KEY, n int NOT NULL)")
        try await database.execute("INSERT INTO accounts VALUES (1, 0), (2, 0)")
        let runs = Tally()
        let (bothHold, signal) = AsyncStream.makeStream(of: Void.self)
        let firstLocks = Tally()
        @Sendable func move(_ first: Int, _ second: Int) async throws {
            try await database.transaction { connection in
                runs.add()
                try await connection.execute("UPDATE accounts SET n = n + 1 WHERE id = \(first)")
                // Both hold one row before either asks for the other's.
                if firstLocks.add() == 2 { signal.finish() }
                for await _ in bothHold {}
                try await connection.execute("UPDATE accounts SET n = n + 1 WHERE id = \(second)")
            }
        }
        async let one: Void = move(1, 2)
        async let two: Void = move(2, 1)
        _ = try await (one, two)
        #expect(runs.count == 3)
        #expect(try await database.query("SELECT n FROM accounts", as: Int.self) == [2, 2])
    }

    @Test("Serializable transactions that contradict each other run again until all have taken effect")
    func serialization() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TABLE counter (n int NOT NULL)")
        try await database.execute("INSERT INTO counter VALUES (0)")
        let runs = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    try await database.transaction(isolation: .serializable, retries: 100) { connection in
                        runs.add()
                        let n = try await connection.first("SELECT n FROM counter", as: Int.self) ?? 0
                        try await connection.execute("UPDATE counter SET n = \(n + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await database.first("SELECT n FROM counter", as: Int.self) == 8)
        #expect(runs.count >= 8)
        // Without retries the failure is the caller's to see.
        let error = await #expect(throws: PostgresError.self) {
            try await database.transaction(isolation: .repeatableRead, retries: 0) { connection in
                _ = try await connection.first("SELECT n FROM counter", as: Int.self)
                try await database.execute("UPDATE counter SET n = n + 1")
                try await connection.execute("UPDATE counter SET n = n + 1")
            }
        }
        #expect(error?.sqlState == "40001")
    }

    @Test("Cancelling a task cancels its query on the server and leaves the connection usable")
    func cancellation() async throws {
        let url = try await TestDatabase.emptyURL()
        let database = try Database(url: url, poolSize: 1)
        let observer = try Database(url: url, poolSize: 1)
        let backend = try await database.first("SELECT pg_backend_pid()", as: Int.self)
        let running: SQL = """
            SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep(%'
            """
        func untilRunning(_ count: Int) async throws {
            while try await observer.first(running, as: Int.self) != count { try await Task.sleep(for: .milliseconds(5)) }
        }
        let clock = ContinuousClock()
        let started = clock.now
        let query = Task { try await database.execute("SELECT pg_sleep(60)") }
        try await untilRunning(1)
        query.cancel()
        await #expect(throws: CancellationError.self) { try await query.value }
        try await untilRunning(0)
        // Inside a transaction: rolled back, though its task is cancelled.
        try await database.execute("CREATE TABLE t (x int)")
        let transaction = Task {
            try await database.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                try await connection.execute("SELECT pg_sleep(60)")
            }
        }
        try await untilRunning(1)
        transaction.cancel()
        await #expect(throws: CancellationError.self) { try await transaction.value }
        #expect(clock.now - started < .seconds(30))
        #expect(try await database.query("SELECT x FROM t", as: Int.self) == [])
        // A task that is cancelled before it starts sends nothing, and one cancelled at any moment hits nobody else.
        for _ in 0..<200 {
            let task = Task { try await database.execute("SELECT pg_sleep(0.001)") }
            if Bool.random() { await Task.yield() }
            task.cancel()
            _ = await task.result
            #expect(try await database.first("SELECT pg_backend_pid()", as: Int.self) == backend)
        }
    }

    @Test("Statements of child tasks on one connection run one after another")
    func oneConnection() async throws {
        let database = try await TestDatabase.empty()
        try await database.withConnection { connection in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<50 {
                    group.addTask { try await connection.first("SELECT \(number)::int", as: Int.self) == number }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
    }

    @Test("A statement that is not the COPY it was run as is an error, and the database stays usable")
    func misusedCopy() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TABLE t (x int)")
        await #expect(throws: PostgresError.notACopy) { try await database.execute("COPY t FROM STDIN") }
        await #expect(throws: PostgresError.self) { try await database.execute("COPY t TO STDOUT") }
        await #expect(throws: PostgresError.notACopy) { for try await _ in database.copyOut("SELECT 1") {} }
        await #expect(throws: PostgresError.notACopy) { for try await _ in database.copyOut("COPY t FROM STDIN") {} }
        let nothing = AsyncStream<[UInt8]> { $0.finish() }
        await #expect(throws: PostgresError.notACopy) { try await database.copyIn("SELECT 1", from: nothing) }
        await #expect(throws: PostgresError.self) { try await database.copyIn("COPY t TO STDOUT", from: nothing) }
        #expect(try await database.query("SELECT x FROM t", as: Int.self) == [])
    }
}
