// PostgreSQL restarting under a running program. Each test has a cluster of its own.

import Foundation
import Glibc
import Postgres
import TestSupport
import Testing

@Suite("A restart of PostgreSQL")
struct RestartTests {
    @Test("The pool survives a restart, also while work goes on, and listeners are told to read again")
    func restart() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let cluster = try await PrivateCluster.join(folder: folder)
        let database = try Database(url: cluster.url, poolSize: 3, acquireTimeout: .seconds(120))
        try await database.execute("CREATE TABLE t (x int)")
        var events = database.listen("news", "Odd \"channel\"").makeAsyncIterator()
        #expect(try await events.next() == .listening)
        try await database.notify("news", "one")
        try await database.notify("Odd \"channel\"", "two")
        #expect(try await events.next() == .notification(channel: "news", payload: "one"))
        #expect(try await events.next() == .notification(channel: "Odd \"channel\"", payload: "two"))

        // Every acknowledged row is there afterwards; a failed one may be.
        let isOver = Tally()
        let writer = Task {
            var acknowledged: [Int] = []
            var number = 0
            while isOver.count == 0 || number < 20 {
                number += 1
                do {
                    try await database.execute("INSERT INTO t VALUES (\(number))")
                    acknowledged.append(number)
                } catch PostgresError.connectionLost {
                    continue
                }
            }
            return acknowledged
        }
        try await cluster.restart()
        #expect(try await events.next() == .listening)
        try await database.transaction { try await $0.notify("news", "three") }
        #expect(try await events.next() == .notification(channel: "news", payload: "three"))
        isOver.add()
        let acknowledged = try await writer.value
        let rows = try await database.query("SELECT x FROM t", as: Int.self)
        #expect(acknowledged.count >= 18)
        #expect(Set(acknowledged).subtracting(rows) == [])
        #expect(Set(rows).count == rows.count)

        // A terminated listener comes back by itself, too.
        try await database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        #expect(try await events.next() == .listening)

        // Away for longer than a caller may wait: the reason is told, and it is as good as new afterwards.
        let hasty = try Database(url: cluster.url, poolSize: 1, acquireTimeout: .seconds(2))
        try await hasty.connect()
        await cluster.leave()
        for _ in 0..<2 {
            let error = await #expect(throws: PostgresError.self) { try await hasty.execute("SELECT 1") }
            guard case .unreachable = error else {
                Issue.record("got \(String(describing: error))")
                continue
            }
        }
        let again = try await PrivateCluster.join(folder: folder)
        #expect(try await hasty.first("SELECT 1", as: Int.self) == 1)
        #expect(try await events.next() == .listening)
        await again.leave()
    }

    @Test("A wrong password is told apart from an unreachable database")
    func wrongPassword() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let cluster = try await PrivateCluster.join(folder: folder)
        let database = try Database(url: cluster.url)
        let access = folder.appendingPathComponent("postgres").resolvingSymlinksInPath().path + "/data/pg_hba.conf"
        let rule = "local all guarded scram-sha-256\n" + (try String(contentsOfFile: access, encoding: .utf8))
        try rule.write(toFile: access, atomically: false, encoding: .utf8)
        try await database.execute("CREATE ROLE guarded LOGIN PASSWORD 'right'")
        try await database.execute("SELECT pg_reload_conf()")
        let right = try Database(url: cluster.url + " user=guarded password=right")
        while (try? await right.connect()) == nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await right.first("SELECT current_user::text", as: String.self) == "guarded")
        for password in ["password=wrong", ""] {
            let database = try Database(url: cluster.url + " user=guarded " + password)
            let began = ContinuousClock.now
            let error = await #expect(throws: PostgresError.self) { try await database.execute("SELECT 1") }
            guard case .wrongPassword = error else {
                Issue.record("got \(String(describing: error))")
                continue
            }
            #expect(error?.description.contains("\n") == false)
            // Told at once: waiting would not help.
            #expect(ContinuousClock.now - began < .seconds(5))
        }
        await cluster.leave()
    }
}
