import Foundation
import Simulation
import TestSupport
import Testing

/// The server is killed between any two answers.
@Suite struct KilledServerTests {
    /// Keeps a server running on one port, and replaces it, killed, when asked.
    private actor Crasher {
        let data: DataFolder
        private var server: Program?
        private(set) var port = "0"
        private(set) var kills = 0
        private(set) var answers: [AcknowledgedAnswer] = []

        init(data: DataFolder) {
            self.data = data
        }

        func start() async throws {
            let server = try Program([
                "serve", "--data", data.path, "--port", port, "--model", TestModel.path,
            ])
            let line = try #require(try await server.line(containing: "listening"))
            port = try #require(line.split(separator: ":").last.map(String.init))
            self.server = server
        }

        /// Notes an acknowledged answer and kills the server.
        func crash(after answer: AcknowledgedAnswer) async {
            answers.append(answer)
            guard let victim = server else { return }  // it is being replaced already
            server = nil
            victim.signal(SIGKILL)
            _ = await victim.wait()
            kills += 1
            do {
                try await start()
            } catch {
                Issue.record("the server did not start again: \(error)")
            }
        }

        func stop() async {
            server?.signal(SIGTERM)
            _ = await server?.wait()
        }
    }

    @Test("Killed after every answer and restarted, a study ends with every acknowledged answer in its dump, once")
    func everyAnswerOnce() async throws {
        try await DataFolder.with { data in
            for command in [
                ["questions", "import", "Examples/questions.csv", "--set", "examples"],
                ["study", "create", "Examples/demo-study.yml", "--open"],
            ] {
                let outcome = try await Program(command + ["--data", data.path]).wait()
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let crasher = Crasher(data: data)
            try await crasher.start()
            let token = try String(contentsOfFile: "\(data.path)/simulation-token", encoding: .utf8)
                .trimmingCharacters(in: .whitespacesAndNewlines)
            let url = try #require(URL(string: "http://127.0.0.1:\(await crasher.port)"))
            let report = try await Simulation(
                server: url, study: "demo", participants: 3, seed: 11, token: token, patience: .seconds(900)
            ).run(onAnswer: { await crasher.crash(after: $0) }, progress: { _ in })
            #expect(report.finished == 3, "\(report.failures)")
            await crasher.stop()

            let dump = "\(data.path)/dump"
            let exported = try await Program.run("export", "--study", "demo", "--out", dump, "--data", data.path)
            #expect(exported.status == 0, "\(exported.errors)")
            let answers = await crasher.answers
            #expect(await crasher.kills > 30)

            let stances = try Table(file: "\(dump)/stances.csv")
            let opinions = try Table(file: "\(dump)/opinions.csv")
            let ratings = try Table(file: "\(dump)/ratings.csv")
            let statements = try Table(file: "\(dump)/statements.csv")
            #expect(stances.rows.count == 6 && opinions.rows.count == 6)
            #expect(statements.rows.count == 8)
            // Two rounds of four statements for three people, less each human opinion's author.
            #expect(ratings.rows.count == 22)
            var given: (stances: [String], opinions: [String], ratings: [String]) = ([], [], [])
            for answer in answers {
                switch answer {
                case .stance(_, _, let stance): given.stances.append("\(stance.affirming) \(stance.negating)")
                case .opinion(_, _, let text): given.opinions.append(text)
                case .rating(_, _, _, let rating): given.ratings.append("\(rating.agreement) \(rating.quality)")
                default: break
                }
            }
            #expect(stances.rows.map { "\($0["affirming"]!) \($0["negating"]!)" }.sorted() == given.stances.sorted())
            #expect(opinions.rows.map { $0["text"]! }.sorted() == given.opinions.sorted())
            #expect(ratings.rows.map { "\($0["agreement"]!) \($0["quality"]!)" }.sorted() == given.ratings.sorted())

            // The files join, and say who was left out.
            let statementIDs = Set(statements.rows.map { $0["statement_id"]! })
            #expect(ratings.rows.allSatisfy { statementIDs.contains($0["statement_id"]!) })
            let pairs = Set(ratings.rows.map { $0["statement_id"]! + $0["participant_id"]! })
            #expect(pairs.count == ratings.rows.count)
            #expect(ratings.rows.filter { $0["inclusion"] == "excluded" }.count == 2)
            #expect(ratings.rows.filter { $0["inclusion"] == "excluded" }.allSatisfy { $0["condition"] == "zero-shot-exclusion" })
            #expect(statements.rows.filter { $0["source"] == "model" }.allSatisfy { $0["model_sha256"]?.count == 64 })

            let cluster = URL(filePath: data.path).appending(path: "postgres").resolvingSymlinksInPath()
            if cluster.path().hasPrefix("/var/lib/concord/") { try FileManager.default.removeItem(at: cluster) }
        }
    }
}
