// A dump of many ratings, against psql's \copy of the same rows: how fast it is, and how much memory it takes.
//
//   DumpBenchmark [ratings] [rounds]
//
// Makes a private PostgreSQL in a temporary folder, and in it, by SQL under all constraints, groups of four with finished rounds:
// a million ratings unless told otherwise. Each round runs every contender once, one after another, so that what else the machine
// does falls on all of them; the rows are medians over the rounds (3 unless told otherwise). \copy runs the very queries of the
// dump's tables, in one transaction with the same settings, into files on the same disk. Meanwhile this process serves 50 requests
// a second. A dump with everything that `concord export` writes by itself is made once. It ends with an error where a goal is
// missed.

import Exports
import Foundation
import Logging
import Postgres
import Server
import ServiceLifecycle
import Studies
import Synchronization
import TestSupport

@main
struct DumpBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 }
        let ratings = (arguments.first ?? 1_000_000) / 40 * 40, rounds = max(1, arguments.dropFirst().first ?? 3)
        guard ratings > 0 else {
            FileHandle.standardError.write(Data("usage: DumpBenchmark [ratings] [rounds]\n".utf8))
            exit(64)
        }
        try await run(ratings: ratings, rounds: rounds)
    }

    @concurrent nonisolated private static func run(ratings: Int, rounds: Int) async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let cluster = try await PrivateCluster.join(folder: folder)
        let database = try Database(url: cluster.url)
        try await Migrations(folder: TestDatabase.migrationsFolder).apply(to: database)
        note("making \(ratings) ratings")
        _ = try await QuestionSets(database: database).store(QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let catalog = StudyCatalog(database: database)
        try await catalog.create(StudyFile(yaml: ManyRatings.yaml))
        try await catalog.move("words", to: .open)
        try await ManyRatings.insert(ratings, study: "words", into: database)
        try await database.execute("VACUUM ANALYZE")
        let dump = Dump(of: try await catalog.study(named: "words"), in: database)
        try await serving(database) { url in
            let requests = try await SteadyRequests(server: url, study: "words")
            let asking = Task { await requests.run(perSecond: 50) }
            try await measure(dump, of: ratings, rounds: rounds, in: folder, cluster.url, requests)
            asking.cancel()
            await asking.value
            try await requests.close()
        }
        await database.close()
        await cluster.leave()
    }

    /// Runs a server over the database while `body` runs.
    private static func serving(_ database: Database, _ body: @escaping @Sendable (String) async throws -> Void) async throws {
        var logger = Logger(label: "benchmark")
        logger.logLevel = .error
        let server = ConcordServer(
            configuration: .init(host: "127.0.0.1", port: 0, pages: TestStudy.root.appending(path: "Public")), database: database,
            migrations: try Migrations(folder: TestDatabase.migrationsFolder), worker: nil, logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(
                        service: try server.application { port.yield($0) }, successTerminationBehavior: .gracefullyShutdownGroup)
                ], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                port.finish()
            }
            tasks.addTask {
                for await number in ports {
                    defer { Task { await group.triggerGracefulShutdown() } }
                    return try await body("http://127.0.0.1:\(number)")
                }
            }
            try await tasks.waitForAll()
        }
    }

    /// What is measured of one contender in one round.
    private struct Run: Sendable {
        let seconds: Double
        /// Of memory above idle.
        let megabytes: Double
        /// Within which 99 of 100 requests were answered meanwhile.
        let milliseconds: Double
        let requests: Int
        let rows: Int
    }

    /// What has to hold, and whether it does.
    private struct Goal {
        let name: String
        let isMet: Bool
    }

    private static func measure(
        _ dump: Dump, of ratings: Int, rounds: Int, in folder: URL, _ url: String, _ requests: SteadyRequests
    ) async throws {
        let all = folder.appending(path: "copy.sql"), one = folder.appending(path: "copy-ratings.sql")
        try await Data(psql(dump, into: folder) { _ in true }.utf8).write(to: all)
        try await Data(psql(dump, into: folder) { $0 == "ratings" }.utf8).write(to: one)

        var tables: [Run] = [], copied: [Double] = [], copiedRatings: [Double] = [], zipped: [Double] = []
        var bytes = 0
        let place = folder.appending(path: "dump"), packed = folder.appending(path: "dump.zip")
        for round in 1...rounds {
            note("round \(round) of \(rounds)")
            tables.append(try await watched(dump, to: place, DumpOptions(), requests))
            bytes = try size(of: place)
            copied.append(try await seconds { try run(["psql", "--quiet", "--no-psqlrc", "--file", all.path(), url]) })
            copiedRatings.append(try await seconds { try run(["psql", "--quiet", "--no-psqlrc", "--file", one.path(), url]) })
            zipped.append(try await seconds { try await dump.write(to: packed) })
            try await check(place)
            note("  a dump \(text([tables[round - 1].seconds])) s, psql \(text([copied[round - 1]])) s")
        }
        // As `concord export` writes it unless told otherwise: once, because it takes long.
        note("everything")
        var options = DumpOptions()
        options.parts = [Comparisons(), TrainingSets()]
        let whole = try await [watched(dump, to: place, options, requests)]
        let wholeBytes = try size(of: place)
        try await check(place)
        let speed = median(zip(tables, copied).map { $1 / $0.seconds })
        print("a dump of \(ratings) ratings, \(tables[0].rows) rows and \(bytes >> 20) MB in all: \(text(tables.map(\.seconds))) s; psql \\copy of the same rows: \(text(copied)) s, of the ratings alone: \(text(copiedRatings)) s")
        print("of psql's speed: \(text([speed], digits: 2))")
        print("the same into a zip file: \(text(zipped)) s")
        print("with the comparisons and training sets, \(whole[0].rows) rows and \(wholeBytes >> 20) MB in all: \(text(whole.map(\.seconds))) s")
        var goals = [Goal(name: "0.5 of psql's speed", isMet: speed >= 0.5)]
        for (name, runs) in [("the tables", tables), ("everything", whole)] {
            print("\(name): memory above idle: \(text(runs.map(\.megabytes), digits: 0)) MB; meanwhile \(runs.map(\.requests).reduce(0, +)) requests, 50 a second: 99 of 100 answered within \(text(runs.map(\.milliseconds), digits: 0)) ms")
            goals.append(Goal(name: "\(name) within 100 MB", isMet: median(runs.map(\.megabytes)) < 100))
            goals.append(Goal(name: "99 of 100 requests within 100 ms beside \(name)", isMet: median(runs.map(\.milliseconds)) < 100))
        }
        let missed = goals.filter { !$0.isMet }.map(\.name)
        if !missed.isEmpty { throw BenchmarkError.missed(missed) }
    }

    /// Writes a dump while requests are answered and memory is watched.
    private static func watched(
        _ dump: Dump, to place: URL, _ options: DumpOptions, _ requests: SteadyRequests
    ) async throws -> Run {
        let idle = resident(), most = Mutex(0)
        // Watched beside the work, not only when it reports.
        let watch = Task {
            while !Task.isCancelled {
                let now = resident()
                most.withLock { $0 = max($0, now) }
                try? await Task.sleep(for: .milliseconds(20))
            }
        }
        _ = requests.takeTimes()
        let start = ContinuousClock.now
        let rows = try await dump.write(to: place, options).rows.values.reduce(0, +)
        let took = (ContinuousClock.now - start) / .seconds(1)
        let times = requests.takeTimes()
        watch.cancel()
        await watch.value
        return Run(
            seconds: took, megabytes: Double(most.withLock { $0 } - idle) / 1_048_576, milliseconds: times.p99 * 1_000,
            requests: times.count, rows: rows)
    }

    private static func check(_ place: URL) async throws {
        let check = try await DumpCheck.run(place)
        guard check.isWhole else { throw BenchmarkError.notWhole(check.problems) }
    }

    /// What psql runs: the queries of the dump's tables that are wanted, in one snapshot.
    private static func psql(
        _ dump: Dump, into folder: URL, isWanted: @Sendable (String) -> Bool
    ) async throws -> String {
        let target = folder.appending(path: "psql")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        let copies = try await dump.queries().filter { isWanted($0.table) }.map { table, query in
            "\\copy (\(query.replacing("\n", with: " "))) TO '\(target.appending(path: "\(table).csv").path())' WITH (FORMAT csv, HEADER)"
        }
        // With the settings of the dump's own transaction: it is the way of the rows that is compared, not the plans.
        let settings = ["SET LOCAL work_mem = '48MB';", "SET LOCAL jit = off;"]
        return (["BEGIN ISOLATION LEVEL REPEATABLE READ;"] + settings + copies + ["COMMIT;"]).joined(separator: "\n") + "\n"
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkError.failed(command[0]) }
    }

    @concurrent nonisolated private static func seconds(
        _ work: @Sendable () async throws -> Void
    ) async throws -> Double {
        let start = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func text(_ values: [Double], digits: Int = 1) -> String {
        String(format: "%.\(digits)f", median(values))
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    private static func size(of folder: URL) throws -> Int {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: [.fileSizeKey]).reduce(0) {
            try $0 + ($1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
        }
    }

    /// The resident memory of this process, in bytes.
    private static func resident() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }

    private static func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
