import Foundation
import Postgres
import Simulation
import TestSupport
import Testing

/// Two servers over one database, people who vanish, and kills at random.
@Suite struct ChaosTests {
    /// A server that is replaced, at its port, whenever it is killed.
    private actor Mortal {
        private let arguments: [String]
        private var server: Program?
        private(set) var port = "0"
        private(set) var kills = 0

        init(_ arguments: [String]) {
            self.arguments = arguments
        }

        func start() async throws {
            let server = try Program(arguments + ["--port", port])
            let line = try #require(try await server.line(containing: "listening"), "the server did not start")
            port = try #require(line.split(separator: ":").last.map(String.init))
            self.server = server
        }

        func killAndReplace() async throws {
            server?.signal(SIGKILL)
            _ = await server?.wait()
            kills += 1
            try await start()
        }

        func stop() async {
            server?.signal(SIGTERM)
            _ = await server?.wait()
        }
    }

    private actor Answers {
        private(set) var all: [AcknowledgedAnswer] = []
        func note(_ answer: AcknowledgedAnswer) { all.append(answer) }
    }

    /// Half a minute for every phase, so that those who vanish are soon missed.
    private static let study = TestStudy.yaml(
        rounds: 2,
        conditions: """
            - {name: human-opinion, source: human-opinion}
              - {name: another, source: human-opinion}
            """
    )
    .replacing("size: 3", with: "size: 5")
    .replacing(/(lobby|opinions|drafting|ratings)_minutes: 10/) { "\($0.1)_minutes: 0.5" }
    .appending(
        """

        surveys:
          entry: [{key: age, kind: number, text: "How old are you?", minimum: 18, maximum: 99}]
          round: [{key: fair, kind: scale, text: "How fair was it?", low: Not at all, high: Very}]
          exit: [{key: again, kind: choice, text: "Again?", options: [Gladly, Never]}]
        comprehension: {tries: 2, questions: [{key: names, text: "Are names shown?", options: ["Yes", "No"], answer: "No"}]}
        """
    )
    .replacing("ratings_minutes: 0.5", with: "ratings_minutes: 0.5, instructions_minutes: 0.3, debriefing_minutes: 0.3")

    @Test("People vanish and servers are killed; everybody comes to an end, and every acknowledged answer is there once")
    func chaos() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
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
            let serve = ["serve", "--database-url", url, "--data", data.path, "--model", TestModel.path]
            let servers = [Mortal(serve), Mortal(serve)]
            for server in servers { try await server.start() }
            let token = try String(contentsOfFile: "\(data.path)/simulation-token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)

            let answers = Answers()
            let reports = try await withThrowingTaskGroup(of: SimulationReport?.self) { tasks in
                for (index, server) in servers.enumerated() {
                    let address = try #require(URL(string: "http://127.0.0.1:\(await server.port)"))
                    tasks.addTask {
                        try await Simulation(
                            server: address, study: "words", participants: 16, seed: 70 + UInt64(index), token: token,
                            patience: .seconds(600), dropout: 0.25
                        ).run(onAnswer: { await answers.note($0) }, progress: { _ in })
                    }
                }
                tasks.addTask {
                    for turn in 0... {
                        do { try await Task.sleep(for: .seconds(4)) } catch { break }
                        // To its end, also when the run is over meanwhile: no server is left behind.
                        try await Task { try await servers[turn % 2].killAndReplace() }.value
                    }
                    return nil
                }
                var reports: [SimulationReport] = []
                while reports.count < 2, let report = try await tasks.next() { reports += [report].compactMap(\.self) }
                tasks.cancelAll()
                return reports
            }
            for report in reports { #expect(report.failures.isEmpty, "\(report.failures)") }
            #expect(reports.allSatisfy { $0.vanished > 0 && $0.finished > 0 })
            for server in servers { #expect(await server.kills > 0) }

            // Those who vanished come to their ends by the deadlines.
            func under(_ condition: SQL) async throws -> Int {
                try await database.first("SELECT count(*) FROM participants WHERE \(sql: condition)", as: Int.self) ?? -1
            }
            let clock = ContinuousClock(), start = clock.now
            while try await under("stage NOT IN ('done', 'ended')") > 0, clock.now - start < .seconds(600) {
                try await Task.sleep(for: .seconds(1))
            }
            for server in servers { await server.stop() }
            #expect(try await under("stage NOT IN ('done', 'ended')") == 0)
            #expect(try await under("true") >= 32)
            #expect(try await under("stage = 'done'") >= reports.reduce(0) { $0 + $1.finished })
            #expect(
                try await database.first("SELECT count(*) FROM groups WHERE state = 'active'", as: Int.self) == 0)

            // An answer whose reply was lost may be there unacknowledged; an acknowledged one is there, once.
            var given: [String: Int] = [:], stored: [String: Int] = [:]
            var ratings: [UUID: StatementRating] = [:]
            for answer in await answers.all {
                switch answer {
                case .opinion(_, let round, let text): given["\(round) \(text)", default: 0] += 1
                case .rating(_, let presentation, let rating): ratings[presentation] = rating
                default: break
                }
            }
            let opinions = try await database.query(
                "SELECT r.number, o.text FROM opinions o JOIN rounds r ON r.id = o.round_id", as: (Int16, String).self)
            for (round, text) in opinions { stored["\(round) \(text)", default: 0] += 1 }
            #expect(!given.isEmpty && given.allSatisfy { stored[$0.key] == $0.value })
            let rated = try await database.query(
                "SELECT presentation_id, agreement, quality FROM ratings", as: (UUID, Int16, Int16).self)
            let kept = Dictionary(rated.map { ($0.0, ($0.1, $0.2)) }, uniquingKeysWith: { first, _ in first })
            #expect(!ratings.isEmpty && rated.count >= ratings.count)
            #expect(
                ratings.allSatisfy { id, rating in
                    kept[id].map { Int($0.0) == rating.agreement && Int($0.1) == rating.quality } ?? false
                })
        }
        await database.close()
    }
}
