// COPY in both directions.

import Foundation
import Postgres
import TestSupport
import Testing

@Suite("COPY")
struct CopyTests {
    /// The resident memory of this process, in bytes.
    private func residentMemory() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }

    @Test("A big result streams through little memory")
    func bigResult() async throws {
        let database = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        let copy = database.copyOut(
            "COPY (SELECT repeat(\("é'\\"), 250) FROM generate_series(1, \(100_000))) TO STDOUT (FORMAT csv)")
        let before = try residentMemory()
        var (bytes, rows, chunks, most) = (0, 0, 0, 0)
        for try await chunk in copy {
            bytes += chunk.count
            rows += chunk.count { $0 == UInt8(ascii: "\n") }
            chunks += 1
            #expect(chunk.count <= 70_000)
            if chunks % 100 == 0 { most = max(most, try residentMemory() - before) }
        }
        #expect(rows == 100_000)
        #expect(bytes == 100_100_000)
        #expect(most < 48 << 20, "\(most >> 20) MiB more for \(bytes >> 20) MiB")
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
    }

    @Test("Rows are counted, also those with line ends in them, and the header line")
    func countedRows() async throws {
        let database = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        var chunks = database.copyOut(
            "COPY (SELECT E'a\\n\"b' AS text FROM generate_series(1, 20000)) TO STDOUT (FORMAT csv, HEADER)"
        ).makeAsyncIterator()
        #expect(chunks.rows == 0)
        while try await chunks.next() != nil { #expect(chunks.rows > 0) }
        #expect(chunks.rows == 20_001)
    }

    @Test("A consumer that pauses makes the server wait; one that leaves or is cancelled ends the statement")
    func backPressure() async throws {
        let url = try await TestDatabase.emptyURL()
        let database = try Database(url: url, poolSize: 1)
        let observer = try Database(url: url, poolSize: 1)
        let endless: SQL = "COPY (SELECT repeat('x', 1000), generate_series(1, 100000000)) TO STDOUT"
        let waiting: SQL = """
            SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND wait_event = 'ClientWrite'
                AND datname = current_database()
            """
        var iterator: CopyOut.Iterator? = database.copyOut(endless).makeAsyncIterator()
        _ = try await iterator?.next()
        while try await observer.first(waiting, as: Int.self) != 1 { try await Task.sleep(for: .milliseconds(5)) }
        _ = try await iterator?.next()
        iterator = nil
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
        let reader = Task {
            var bytes = 0
            for try await chunk in database.copyOut(endless) { bytes += chunk.count }
            return bytes
        }
        let active: SQL = """
            SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'
                AND datname = current_database()
            """
        while try await observer.first(active, as: Int.self) != 1 { try await Task.sleep(for: .milliseconds(5)) }
        reader.cancel()
        await #expect(throws: CancellationError.self) { try await reader.value }
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
        while try await observer.first(active, as: Int.self) != 0 { try await Task.sleep(for: .milliseconds(5)) }
        // An error in the middle reaches the reader.
        let failing = database.copyOut("COPY (SELECT 1 / (5 - n) FROM generate_series(1, 10) n) TO STDOUT")
        let error = await #expect(throws: PostgresError.self) { for try await _ in failing {} }
        #expect(error?.sqlState == "22012")
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
    }

    @Test("A cancelled copy never takes the statement after it along")
    func cancelledOnlyItself() async throws {
        let database = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        for _ in 0..<60 {
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            let reader = Task {
                for try await _ in database.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") {
                    start.yield()
                }
            }
            for await _ in started { break }
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            #expect(try await database.first("SELECT 1 FROM pg_sleep(0.002)", as: Int.self) == 1)
        }
    }

    struct Broken: Error {}

    @Test("COPY in takes chunks as they come, and undoes everything when the source or a row fails")
    func copyIn() async throws {
        let database = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        try await database.execute("CREATE TABLE t (n int PRIMARY KEY, text text)")
        let lines = (1...20_000).map { "\($0)\tline \($0) with some words äöü\n" }.joined()
        let bytes = Array(lines.utf8)
        // Chunks that end anywhere, also inside a character.
        let source = AsyncStream<[UInt8]> { stream in
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(7_777)
                stream.yield(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            stream.finish()
        }
        #expect(try await database.copyIn("COPY t FROM STDIN", from: source) == 20_000)
        var copied: [UInt8] = []
        for try await chunk in database.copyOut("COPY (SELECT * FROM t ORDER BY n) TO STDOUT") { copied += chunk }
        #expect(copied == bytes)
        let whole = AsyncStream<[UInt8]> { stream in
            stream.yield(bytes)
            stream.finish()
        }
        let duplicate = await #expect(throws: PostgresError.self) {
            try await database.copyIn("COPY t FROM STDIN", from: whole)
        }
        #expect(duplicate?.constraint == "t_pkey")
        let broken = AsyncThrowingStream<[UInt8], any Error> { stream in
            stream.yield(Array("30000\tx\n".utf8))
            stream.finish(throwing: Broken())
        }
        await #expect(throws: Broken.self) { try await database.copyIn("COPY t FROM STDIN", from: broken) }
        #expect(try await database.first("SELECT count(*) FROM t", as: Int.self) == 20_000)
        // A source that never ends, in a task that is cancelled.
        let (endless, feed) = AsyncStream.makeStream(of: [UInt8].self)
        feed.yield(Array("40000\tx\n".utf8))
        let task = Task { try await database.copyIn("COPY t FROM STDIN", from: endless) }
        let observer = try Database(url: try await TestDatabase.emptyURL(), poolSize: 1)
        let copying: SQL = """
            SELECT count(*) FROM pg_stat_activity WHERE query = 'COPY t FROM STDIN' AND wait_event = 'ClientRead'
                AND state = 'active'
            """
        while try await observer.first(copying, as: Int.self) != 1 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await database.first("SELECT count(*) FROM t", as: Int.self) == 20_000)
    }

    @Test("Several COPYs in one transaction see one snapshot")
    func snapshot() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TABLE t (n int)")
        try await database.execute("INSERT INTO t VALUES (1)")
        let texts = try await database.transaction(isolation: .repeatableRead) { connection in
            var texts: [String] = []
            for _ in 0..<2 {
                var bytes: [UInt8] = []
                for try await chunk in connection.copyOut("COPY (SELECT n FROM t ORDER BY n) TO STDOUT") { bytes += chunk }
                texts.append(String(decoding: bytes, as: UTF8.self))
                try await database.execute("INSERT INTO t VALUES (2)")
            }
            return texts
        }
        #expect(texts == ["1\n", "1\n"])
        #expect(try await database.first("SELECT count(*) FROM t", as: Int.self) == 3)
    }
}
