import Foundation
import Logging
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct JobTests {
    /// Counts to a number, and lets the test hold it at one.
    private struct Counting: JobHandler {
        struct Parameters: Codable { var to: Int, fails = false, waits = false }
        struct Fault: Error, CustomStringConvertible { let description = "the counting went wrong" }
        let kind = "counting"

        func run(_ job: Job, progress: JobProgress) async throws -> any Encodable & Sendable {
            let parameters = try job.parameters(as: Parameters.self)
            if parameters.fails { throw Fault() }
            progress.show(parameters.to, of: parameters.to, note: "counting")
            while parameters.waits { try await Task.sleep(for: .milliseconds(20)) }
            return parameters.to
        }
    }

    private func with(_ runners: Int = 1, _ body: @Sendable (Database, Jobs, User) async throws -> Void) async throws {
        let database = try await TestDatabase.fresh()
        _ = try await Users(database: database).create("anna", role: .admin)
        let anna = try await Users(database: database).user(named: "anna")
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<runners {
                tasks.addTask {
                    await JobRunner(database: database, handlers: [Counting()], logger: Logger(label: "test")).run()
                }
            }
            try await body(database, Jobs(database: database), anna)
            tasks.cancelAll()
        }
        await database.close()
    }

    private func job(_ id: UUID, _ jobs: Jobs, _ user: User, until isReached: (Job) -> Bool) async throws -> Job {
        for _ in 0..<3_000 {
            let job = try await jobs.job(id, for: user)
            if isReached(job) { return job }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the job did not come so far")
        return try await jobs.job(id, for: user)
    }

    @Test("A job is done once, and what came of it is kept") func finishes() async throws {
        try await with(3) { _, jobs, anna in
            var ids: [UUID] = []
            for number in 1...6 { ids.append(try await jobs.ask(for: "counting", with: Counting.Parameters(to: number), by: anna)) }
            for (index, id) in ids.enumerated() {
                let done = try await job(id, jobs, anna) { $0.state == .finished }
                #expect(try done.result(as: Int.self) == index + 1 && done.user == "anna" && done.note.isEmpty)
            }
            #expect(try await jobs.list(kinds: ["counting"]).count == 6)
        }
    }

    @Test("So many jobs of a kind wait for one person and study at most, however they are asked for") func limited() async throws {
        try await with(0) { database, jobs, anna in
            let asked = await withTaskGroup(of: Bool.self) { tasks in
                for number in 1...8 {
                    tasks.addTask {
                        (try? await jobs.ask(
                            for: "counting", with: Counting.Parameters(to: number), by: anna, once: true, atMost: 3)) != nil
                    }
                }
                return await tasks.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(asked == 3)
            await #expect(throws: UserError.tooManyJobs(3)) {
                try await jobs.ask(for: "counting", with: Counting.Parameters(to: 9), by: anna, atMost: 3)
            }
            // The same again is no other.
            let waiting = try #require(try await jobs.list(kinds: ["counting"]).first)
            let parameters = try waiting.parameters(as: Counting.Parameters.self)
            let same = try await jobs.ask(for: "counting", with: parameters, by: anna, once: true, atMost: 3)
            #expect(same == waiting.id)
            _ = try await Users(database: database).create("bob", role: .admin)
            let other = try await Users(database: database).user(named: "bob")
            #expect(try await jobs.ask(for: "counting", with: parameters, by: other, atMost: 3) != same)
        }
    }

    @Test("A job that fails says why") func fails() async throws {
        try await with { _, jobs, anna in
            let id = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 1, fails: true), by: anna)
            #expect(try await job(id, jobs, anna) { $0.state == .failed }.error == "the counting went wrong")
        }
    }

    @Test("A job shows how far it is, and can be stopped, also while it waits") func cancels() async throws {
        try await with { _, jobs, anna in
            let id = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 7, waits: true), by: anna)
            let again = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 7, waits: true), by: anna, once: true)
            #expect(again == id)
            let running = try await job(id, jobs, anna) { $0.state == .running && $0.total == 7 }
            #expect(running.done == 7 && running.note == "counting")
            let behind = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 2), by: anna)
            try await jobs.cancel(behind)
            #expect(try await jobs.job(behind, for: anna).state == .cancelled)
            try await jobs.cancel(id)
            _ = try await job(id, jobs, anna) { $0.state == .cancelled }
        }
    }

    @Test("What a lost runner had in hand is done by another; what takes three of them along is given up") func takesOver() async throws {
        let database = try await TestDatabase.fresh()
        let jobs = Jobs(database: database)
        _ = try await Users(database: database).create("anna", role: .admin)
        let anna = try await Users(database: database).user(named: "anna")
        let id = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 3), by: anna)
        let bad = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 4), by: anna)
        try await database.execute(
            """
            UPDATE jobs SET state = 'running', worker = gen_random_uuid(), lease_expires_at = now() - interval '1 second',
                            tries = CASE WHEN id = \(bad) THEN 3 ELSE 1 END
            """)
        await withTaskGroup(of: Void.self) { tasks in
            tasks.addTask { await JobRunner(database: database, handlers: [Counting()], logger: Logger(label: "test")).run() }
            do {
                #expect(try await job(id, jobs, anna) { $0.state == .finished }.result == "3")
                #expect(try await job(bad, jobs, anna) { $0.state == .failed }.error?.contains("stopped several times") == true)
            } catch {
                Issue.record(error)
            }
            tasks.cancelAll()
        }
        await database.close()
    }

    @Test("A job that is in hand when its server stops goes back to those that wait") func givesBack() async throws {
        let database = try await TestDatabase.fresh()
        let jobs = Jobs(database: database)
        _ = try await Users(database: database).create("anna", role: .admin)
        let anna = try await Users(database: database).user(named: "anna")
        let id = try await jobs.ask(for: "counting", with: Counting.Parameters(to: 3, waits: true), by: anna)
        let runner = Task { await JobRunner(database: database, handlers: [Counting()], logger: Logger(label: "test")).run() }
        _ = try await job(id, jobs, anna) { $0.state == .running }
        runner.cancel()
        await runner.value
        #expect(try await jobs.job(id, for: anna).state == .waiting)
        await database.close()
    }
}
