import Foundation
import Glibc
import LanguageModel
import Postgres
import Simulation
import Studies
import TestSupport
import Testing

/// Two servers and two workers over one PostgreSQL, people who vanish, hesitate and send everything twice, and kills at
/// random. `make chaos FOR=600 SEED=7` lets it go on for as long as it is told.
@Suite struct ChaosTests {
    /// A program that is replaced whenever it is killed; a server at its port.
    private actor Mortal {
        private let arguments: [String]
        private let sign: String
        private var program: Program?
        private(set) var port = "0"

        /// - Parameter sign: what the program writes once it works.
        init(_ arguments: [String], sign: String) {
            self.arguments = arguments
            self.sign = sign
        }

        private var isServer: Bool { arguments.first == "serve" }

        /// Starts the program; again and again while PostgreSQL, killed too, is not back.
        func start() async throws {
            for _ in 0..<20 {
                let program = try Program(arguments + (isServer ? ["--port", port] : []))
                if let line = try await program.line(containing: sign) {
                    if isServer { port = try #require(line.split(separator: ":").last.map(String.init)) }
                    return self.program = program
                }
                _ = await program.wait()
                try await Task.sleep(for: .milliseconds(500))
            }
            Issue.record("\(arguments[0]) did not start again")
        }

        func killAndReplace() async throws {
            program?.signal(SIGKILL)
            _ = await program?.wait()
            try await start()
        }

        func stop() async {
            program?.signal(SIGTERM)
            _ = await program?.wait()
        }
    }

    /// What is killed when: the same for the same seed.
    private struct Plan {
        private var generator: SplitMix64

        init(seed: UInt64) { generator = SplitMix64(seed: seed &+ 0xC4A05) }

        /// The pause before the next kill, in seconds, and its victim: 0 and 1 servers, 2 and 3 workers, 4 PostgreSQL.
        mutating func next() -> (pause: Double, victim: Int) {
            (2 + 4 * generator.unit(), generator.int(below: 5))
        }

        /// How people behave.
        static let habits = Habits(
            dropout: 0.2, slow: 0.1, doubleSubmit: 0.3, wander: 0.15, stop: 0.12, listen: 0.4, arrivalsPerSecond: 4,
            slowness: 5...40, absence: 3...20)

        /// The seed of the people who come to server `index` in wave `wave`.
        static func peopleSeed(_ seed: UInt64, wave: Int, index: Int) -> UInt64 {
            seed &* 1_000_000 &+ UInt64(2 * wave + index)
        }

        /// A digest of all that is planned: the same for the same seed.
        static func digest(seed: UInt64, people: Int) -> String {
            var plan = Plan(seed: seed), hash: UInt64 = 0xcbf2_9ce4_8422_2325
            func add(_ text: String) {
                for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
            }
            for _ in 0..<1_000 { add("\(plan.next())") }
            for wave in 0..<10 {
                for index in 0..<2 {
                    let seed = peopleSeed(seed, wave: wave, index: index)
                    for number in 1...max(1, people) { add("\(seed) \(habits.ofPerson(number, of: people, seed: seed))") }
                }
            }
            return String(hash, radix: 16)
        }
    }

    @Test("The same seed gives the same plan of kills, people and behaviours; waves and servers share none")
    func plan() {
        var one = Plan(seed: 7), same = Plan(seed: 7), other = Plan(seed: 8)
        func kills(_ plan: inout Plan) -> [String] { (0..<200).map { _ in "\(plan.next())" } }
        let first = kills(&one)
        #expect(kills(&same) == first && kills(&other) != first)
        #expect(Plan.digest(seed: 7, people: 50) == Plan.digest(seed: 7, people: 50))
        #expect(Plan.digest(seed: 7, people: 50) != Plan.digest(seed: 8, people: 50))
        let seeds = (1...20).flatMap { seed in
            (0..<50).flatMap { wave in (0..<2).map { Plan.peopleSeed(seed, wave: wave, index: $0) } }
        }
        #expect(Set(seeds).count == seeds.count)
    }


    private actor Answers {
        /// What was acknowledged, per person of the whole run.
        private(set) var all: [(person: String, answer: AcknowledgedAnswer)] = []
        func note(_ answer: AcknowledgedAnswer, of person: String) { all.append((person, answer)) }
    }

    /// Half a minute for every phase, so that those who vanish are soon missed.
    private static let study = TestStudy.yaml(
        rounds: 2,
        conditions: """
            - {name: own, source: human-opinion}
              - {name: position, source: position-statement}
              - {name: short, source: model, prompt: zero-shot, candidates: 1, sampling: {temperature: 0.7, top_p: 1, min_p: 0.05, maximum_tokens: 12, stop: []}}
            """
    )
    .replacing("size: 3", with: "size: 5")
    .replacing(/(lobby|opinions|drafting|ratings)_minutes: 10/) { "\($0.1)_minutes: 0.5" }
    .replacing("ratings_minutes: 0.5", with: "ratings_minutes: 0.5, opinion_ratings_minutes: 0.4, instructions_minutes: 0.3, debriefing_minutes: 0.3")
    .replacing(
        "code: DONE",
        with: "code: DONE, waiting_code: WAITED, partial_code: PART, screen_out_code: OUT, timed_out_code: LATE")
    .appending(
        """

        opinion_ratings: true
        conditions_per_round: 2
        arms: [{name: one, groups: 1000}, {name: two, groups: 2000}]
        surveys:
          entry: [{key: age, kind: number, text: "How old are you?", minimum: 18, maximum: 99}]
          round: [{key: fair, kind: scale, text: "How fair was it?", low: Not at all, high: Very}]
          exit: [{key: again, kind: choice, text: "Again?", options: [Gladly, Never]}]
        comprehension: {tries: 2, questions: [{key: names, text: "Are names shown?", options: ["Yes", "No"], answer: "No"}]}
        """
    )

    private static func setting(_ name: String, _ otherwise: UInt64) -> UInt64 {
        ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? otherwise
    }

    @Test("People come, go and hesitate while everything is killed at random; everybody comes to an end, and every acknowledged answer is there once")
    func chaos() async throws {
        let length = Duration.seconds(Self.setting("CONCORD_CHAOS_SECONDS", 0))
        let seed = Self.setting("CONCORD_CHAOS_SEED", 7), people = Int(Self.setting("CONCORD_CHAOS_PEOPLE", 32))
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let cluster = try await PrivateCluster.join(folder: folder)
        let url = cluster.url
        let database = try Database(url: url)
        let clock = ContinuousClock(), start = clock.now
        try await DataFolder.with { data in
            let file = "\(data.path)/study.yml"
            try Self.study.write(toFile: file, atomically: true, encoding: .utf8)
            for command in [
                ["questions", "import", TestStudy.questionsFile, "--set", "examples"],
                ["study", "create", file, "--open"],
            ] {
                let outcome = try await Program(command + ["--database-url", url, "--data", data.path]).wait()
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let options = ["--database-url", url, "--data", data.path, "--model", TestModel.path]
            let mortals = (0..<4).map { number in
                number < 2
                    ? Mortal(["serve"] + options, sign: "listening") : Mortal(["worker"] + options, sign: "waiting")
            }
            for mortal in mortals { try await mortal.start() }
            let token = try String(contentsOfFile: "\(data.path)/simulation-token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)

            let answers = Answers()
            let kills = Kills()
            let killer = Task {
                var plan = Plan(seed: seed)
                while !Task.isCancelled {
                    let (pause, victim) = plan.next()
                    do { try await Task.sleep(for: .seconds(pause)) } catch { break }
                    // To its end, also when the run is over meanwhile: nothing is left behind, or away.
                    try await Task {
                        await kills.count(victim)
                        if victim < 4 { return try await mortals[victim].killAndReplace() }
                        try await Self.killPostgreSQL(of: cluster, in: folder)
                    }.value
                }
            }
            // Dumps while all that goes on; one that loses its database says so and leaves nothing that passes for a dump.
            let export = ["export", "--study", "words", "--database-url", url, "--data", data.path]
            let dumper = Task {
                var made: [URL] = [], number = 0
                while !Task.isCancelled {
                    number += 1
                    let folder = URL(filePath: "\(data.path)/dump-\(number)")
                    let outcome = try await Program(export + ["--out", folder.path(percentEncoded: false)]).wait()
                    let descriptor = folder.appending(path: "datapackage.json").path(percentEncoded: false)
                    #expect((outcome.status == 0) == FileManager.default.fileExists(atPath: descriptor), "\(outcome.errors)")
                    if outcome.status == 0 { made.append(folder) }
                    try? await Task.sleep(for: .seconds(4))
                }
                return made
            }
            var reports: [SimulationReport] = []
            let addresses = [await mortals[0].port, await mortals[1].port]
            repeat {
                let wave = reports.count / 2
                reports += try await withThrowingTaskGroup(of: SimulationReport.self) { tasks in
                    for index in 0..<2 {
                        let address = try #require(URL(string: "http://127.0.0.1:\(addresses[index])"))
                        tasks.addTask {
                            try await Simulation(
                                server: address, study: "words", participants: people / 2,
                                seed: Plan.peopleSeed(seed, wave: wave, index: index), token: token,
                                patience: .seconds(600), habits: Plan.habits
                            ).run(
                                onAnswer: { await answers.note($0, of: "\(wave) \(index) \($0.participant)") },
                                progress: { _ in })
                        }
                    }
                    return try await tasks.reduce(into: []) { $0.append($1) }
                }
            } while clock.now - start < length
            killer.cancel()
            try await killer.value
            dumper.cancel()
            let dumps = try await dumper.value
            // Those who vanished come to their ends by the deadlines.
            func count(_ query: SQL) async throws -> Int {
                try await database.first("SELECT count(*) FROM \(sql: query)", as: Int.self) ?? -1
            }
            let over = clock.now
            while try await count("participants WHERE stage NOT IN ('done', 'ended')") > 0, clock.now - over < .seconds(600) {
                try await Task.sleep(for: .seconds(1))
            }
            for mortal in mortals { await mortal.stop() }
            let ended = try await database.query(
                "SELECT coalesce(end_reason, stage), count(*) FROM participants GROUP BY 1 ORDER BY 1", as: (String, Int).self)
            let killed = await kills.counts
            let broken = reports.reduce(into: [:]) { $0.merge($1.broken, uniquingKeysWith: +) }
            let text = """
                seed \(seed), plan \(Plan.digest(seed: seed, people: people / 2)), \(Int((clock.now - start) / .seconds(1))) seconds
                people: \(ended.reduce(0) { $0 + $1.1 }) (\(ended.map { "\($0.1) \($0.0)" }.joined(separator: ", ")))
                groups: \(try await count("groups")), opinions: \(try await count("opinions")), \
                ratings: \(try await count("ratings")) of statements, \
                \(try await count("opinion_ratings WHERE submitted_at IS NOT NULL")) of opinions
                acknowledged answers: \(await answers.all.count); changes heard: \(reports.reduce(0) { $0 + $1.heard }); \
                broken: \(broken.isEmpty ? "nothing" : broken.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
                kills: \(killed[0] + killed[1]) of servers, \(killed[2] + killed[3]) of workers, \(killed[4]) of PostgreSQL
                """
            print(text)
            // Before the checks, so that there are counts when one of them fails.
            if let path = ProcessInfo.processInfo.environment["CONCORD_CHAOS_REPORT"] {
                try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            }

            for report in reports { #expect(report.failures.isEmpty, "\(report.failures)") }
            // That a server or PostgreSQL is away for a moment is what is done to them here; nothing else may be broken.
            #expect(Set(broken.keys).isSubset(of: [Breakage.serverAway.rawValue]), "\(broken)")
            #expect(Set(reports.flatMap(\.wanderings.keys)) == Set(Wandering.allCases.map(\.rawValue)))
            #expect(reports.contains { $0.vanished > 0 } && reports.contains { $0.finished > 0 } && reports.contains { $0.heard > 0 })
            if people >= 100 {
                let reasons = Set(ended.map(\.0))
                #expect(reasons.isSuperset(of: ["stopped-keep", "stopped-delete"]))
            }
            try await ChaosChecks(database: database, answers: await answers.all).run(
                people: reports.reduce(0) { $0 + $1.participants }, finished: reports.reduce(0) { $0 + $1.finished })
            try await Self.check(dumps, with: export, in: URL(filePath: data.path))
        }
        await database.close()
        await cluster.leave()
    }

    /// Every dump holds together by itself; the first, and what has changed since, are the last.
    private static func check(_ dumps: [URL], with export: [String], in folder: URL) async throws {
        for dump in dumps { #expect(try DumpFiles(dump).faults() == [], "\(dump.lastPathComponent)") }
        let start = try #require(dumps.first, "no dump was made meanwhile"), first = try DumpFiles(start)
        let later = folder.appending(path: "later"), whole = folder.appending(path: "whole")
        for (place, since) in [(later, ["--since", start.path(percentEncoded: false)]), (whole, [])] {
            let outcome = try await Program(export + ["--out", place.path(percentEncoded: false)] + since).wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        let last = try DumpFiles(whole), brought = try first.brought(upToDateBy: DumpFiles(later))
        #expect(last.faults() == [])
        for name in last.tables.keys.sorted() { #expect(brought[name] == last.rows(of: name), "\(name)") }
    }

    private actor Kills {
        private(set) var counts = [Int](repeating: 0, count: 5)
        func count(_ victim: Int) { counts[victim] += 1 }
    }

    /// Kills PostgreSQL's first process, which takes the others with it, and starts it again.
    private static func killPostgreSQL(of cluster: PrivateCluster, in folder: URL) async throws {
        let home = folder.appendingPathComponent("postgres").resolvingSymlinksInPath().path
        let text = try String(contentsOfFile: home + "/data/postmaster.pid", encoding: .utf8)
        let process = try #require(text.split(separator: "\n").first.flatMap { pid_t($0) })
        kill(process, SIGKILL)
        // Its other processes notice within moments; until then they hold the shared memory.
        for _ in 0..<60 {
            do {
                return try await cluster.restart()
            } catch {
                try await Task.sleep(for: .milliseconds(500))
            }
        }
        Issue.record("PostgreSQL did not start again")
    }
}
