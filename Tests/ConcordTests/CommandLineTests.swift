import Foundation
import Postgres
import Simulation
import Studies
import TestSupport
import Testing

/// What the program says when something is wrong: one line on standard error, and a status that is not 0.
@Suite struct CommandLineTests {
    private func expectError(_ outcome: Program.Outcome, _ words: String...) {
        #expect(outcome.status != 0)
        let lines = outcome.errors.split(separator: "\n")
        #expect(lines.count == 1, "\(outcome.errors)")
        for word in words { #expect(outcome.errors.contains(word), "\(outcome.errors)") }
    }

    @Test("A model that is not named, missing, cut off, or no GGUF file each gives its one-line error")
    func modelErrors() async throws {
        try await DataFolder.with { data in
            expectError(try await Program.run("serve", "--data", data.path), "--model")
            expectError(
                try await Program.run("serve", "--data", data.path, "--model", "/no/such.gguf"), "/no/such.gguf")
            let text = try data.file("text.gguf", "This is no model.")
            expectError(try await Program.run("serve", "--data", data.path, "--model", text), "GGUF")
            let whole = try FileHandle(forReadingFrom: URL(filePath: TestModel.path))
            let cut = "\(data.path)/cut.gguf"
            try (whole.read(upToCount: 4 << 20) ?? Data()).write(to: URL(filePath: cut))
            try whole.close()
            expectError(
                try await Program.run("serve", "--data", data.path, environment: ["CONCORD_MODEL": cut]), "cut.gguf",
                "truncated")
            expectError(
                try await Program.run(
                    "serve", "--data", data.path, "--model", TestModel.path, "--chat-template", "no-such-template"),
                "no-such-template", "chatml")
        }
    }

    @Test("A port that is in use, and one that is no port, each give a one-line error")
    func portErrors() async throws {
        try await DataFolder.with { data in
            let first = try Program(["serve", "--data", data.path, "--port", "0", "--model", TestModel.path])
            let line = try #require(try await first.line(containing: "listening"))
            let port = try #require(line.split(separator: ":").last.map(String.init))
            expectError(
                try await Program.run("serve", "--data", data.path, "--port", port, "--model", TestModel.path),
                "port \(port)", "in use")
            expectError(
                try await Program.run("serve", "--data", data.path, "--model", TestModel.path, environment: ["CONCORD_PORT": "http"]),
                "http is not a port")
            // The second program, on its way out, did not stop the database of the first.
            let list = try await Program.run("study", "list", "--data", data.path)
            #expect(list.status == 0)
            first.signal(SIGINT)
            #expect(await first.wait().status == 0)
        }
    }

    @Test("A database that cannot be reached gives a one-line error; the option wins over the environment")
    func unreachable() async throws {
        let url = "postgres://127.0.0.1:1/nothing"
        expectError(try await Program.run("migrate", "--database-url", url), "database")
        expectError(try await Program.run("migrate", environment: ["DATABASE_URL": url]), "database")
        let working = try await TestDatabase.emptyURL()
        let outcome = try await Program.run(
            "migrate", "--database-url", working, environment: ["CONCORD_DATABASE_URL": url, "DATABASE_URL": url])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let database = try Database(url: working)
        #expect(try await database.first("SELECT count(*) FROM studies", as: Int.self) == 0)
    }

    @Test("A database that is newer than the program is left alone")
    func newerDatabase() async throws {
        let url = try await TestDatabase.freshURL()
        try await Database(url: url).execute(
            "INSERT INTO schema_migrations (name, checksum) VALUES ('9999_from_the_future.sql', repeat('0', 64))")
        expectError(try await Program.run("migrate", "--database-url", url), "newer")
    }

    @Test("Bad files and names on the command line are refused in one line, and change nothing")
    func badInput() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
        try await DataFolder.with { data in
            let bad = try data.file("bad.csv", "id,question\n1,What?\n")
            expectError(
                try await Program.run("questions", "import", bad, "--set", "x", "--database-url", url),
                "affirming_statement")
            expectError(
                try await Program.run("questions", "list", "--set", "nothing", "--database-url", url), "nothing")
            let study = try data.file("study.yml", "name: x\n")
            // Every problem of a study file has a line of its own.
            let refused = try await Program.run("study", "create", study, "--database-url", url)
            #expect(refused.status != 0)
            let problems = refused.errors.split(separator: "\n")
            #expect(problems.first == "Error: the study file has 10 problems:" && problems.count == 11)
            #expect(problems.contains("  line 1: title is missing"))
            expectError(try await Program.run("study", "open", "nothing", "--database-url", url), "nothing")
            expectError(
                try await Program.run("export", "--study", "nothing", "--out", data.path, "--database-url", url),
                "nothing")
            expectError(
                try await Program.run(
                    "simulate", "--study", "demo", "--participants", "3", "--url", "127.0.0.1", "--data", data.path),
                "http address")
            expectError(
                try await Program.run("simulate", "--study", "demo", "--participants", "3", "--data", data.path),
                "no simulation token")
            expectError(
                try await Program.run("model", "convert", bad, "\(data.path)/out.gguf", "--type", "bf17"), "bf17")
            #expect(try await database.first("SELECT count(*) FROM question_sets", as: Int.self) == 0)
        }
    }

    @Test("A study is made, edited, opened and shown from the command line")
    func studyByCommands() async throws {
        let url = try await TestDatabase.freshURL()
        try await DataFolder.with { data in
            func run(_ arguments: String...) async throws -> String {
                let outcome = try await Program(arguments + ["--database-url", url]).wait()
                #expect(outcome.status == 0, "\(outcome.errors)")
                return outcome.output
            }
            _ = try await run("questions", "import", TestStudy.questionsFile, "--set", "examples")
            let file = try data.file("study.yml", TestStudy.yaml())
            _ = try await run("study", "create", file, "--open")
            let edited = try data.file("edited.yml", TestStudy.yaml().replacing("title: Words", with: "title: Words, again"))
            #expect(try await run("study", "edit", edited).contains("version 2; it takes effect when"))
            #expect(try await run("study", "show", "words").contains("Study words, version 1, is open."))
            let shown = try await run("study", "show", "words", "--json")
            let invited = try data.file(
                "invited.yml", TestStudy.yaml().replacing("name: words", with: "name: invited")
                    + "\npayment: {currency: EUR, base: 3}\nrecruitment: {source: invitation, limit_minutes: 20}")
            #expect(try await run("study", "create", invited, "--open").contains("Warning: the longest way"))
            let links = try await run("study", "invite", "invited", "--count", "3", "--url", "https://example.org/").split(separator: "\n")
            #expect(links.count == 3 && Set(links).count == 3)
            #expect(links.allSatisfy { $0.hasPrefix("https://example.org/join/invited?invitation=") })
            let database = try Database(url: url)
            let secret = Secret(text: String(links[0].split(separator: "=")[1]))
            let person = try await Sessions(database: database).participant(
                with: try await Enrolment(database: database).join("invited", synthetic: false, invitation: secret).secret
            ).id.uuidString
            _ = try await run("study", "bonus", "invited", person, "1.5", "--reason", "an example")
            #expect(try await run("study", "payments", "invited").contains("1.50"))
            #expect(try await run("study", "remove", "invited", person).contains("has ended"))
            #expect(try await run("study", "remove", "invited", person).contains("was over already"))
            expectError(
                try await Program.run("study", "remove", "invited", "nobody", "--database-url", url), "nobody with the id")
            expectError(try await Program.run("study", "invite", "words", "--database-url", url), "by invitation")
            let token = try await run("user", "create-token", "script", "--scope", "recruitment")
            #expect(try await Tokens(database: database).allows(
                .recruitment, Secret(text: token.trimmingCharacters(in: .whitespacesAndNewlines))))
            let attached = try data.file("attached.yml", TestStudy.yaml().replacing("name: words", with: "name: attached")
                + "\nrecruitment: {source: platform, attributes: [party]}")
            _ = try await run("study", "create", attached)
            let people = try data.file("people.csv", "id,party\np1,A\np2,B\n")
            #expect(try await run("study", "attributes", "attached", people, "--column", "id").contains("2 people read"))
            expectError(
                try await Program.run("study", "attributes", "words", people, "--database-url", url), "recruitment.attributes")
            #expect(try JSONDecoder().decode(AllocationReport.self, from: Data(shown.utf8)).arms == [])
            expectError(try await Program.run("study", "show", "nothing", "--database-url", url), "nothing")
            let returned = try data.file("returned.txt", "aaa\nbbb\n")
            #expect(try await run("study", "returned", "words", returned).contains("0 of 2 people were still in the study"))
            #expect(try await run("study", "submissions", "words", "--json") == "[]\n")
            let wrong = try data.file("wrong.csv", "a,b\n1,2\n")
            expectError(
                try await Program.run("study", "returned", "words", wrong, "--database-url", url), "Participant id", "--column")
        }
    }

    @Test("Processes share one private database: the first starts it, the last stops it, a killed one is seen through")
    func sharedCluster() async throws {
        try await DataFolder.with { data in
            let server = try Program(["serve", "--data", data.path, "--port", "0", "--model", TestModel.path])
            _ = try #require(try await server.line(containing: "listening"))
            #expect(try await Program.run("study", "list", "--data", data.path).status == 0)
            server.signal(SIGKILL)
            #expect(await server.wait().status == -SIGKILL)
            // The killed server left the database running; the next program uses it and, being the last, stops it.
            let listed = try await Program.run("study", "list", "--data", data.path, "--json")
            #expect(listed.status == 0 && listed.output == "[]\n", "\(listed.errors)")
            let cluster = URL(filePath: data.path).appending(path: "postgres").resolvingSymlinksInPath()
            #expect(FileManager.default.fileExists(atPath: cluster.appending(path: "data/PG_VERSION").path()))
            #expect(!FileManager.default.fileExists(atPath: cluster.appending(path: "data/postmaster.pid").path()))
            if cluster.path().hasPrefix("/var/lib/concord/") { try FileManager.default.removeItem(at: cluster) }
        }
    }

    @Test("Simulated people behave as the flags say; the report has what became of them, and ends that the study means are no failure")
    func simulate() async throws {
        try await DataFolder.with { data in
            func run(_ arguments: [String]) async throws -> Program.Outcome {
                try await Program(arguments + ["--data", data.path]).wait()
            }
            let words = try data.file("words.yml", TestStudy.yaml())
            let quiz = try data.file(
                "quiz.yml",
                TestStudy.yaml().replacing("name: words", with: "name: quiz")
                    + "\ncomprehension: {tries: 1, questions: [{key: a, text: A, options: [x, y], answer: y}]}")
            for command in [
                ["questions", "import", TestStudy.questionsFile, "--set", "examples"], ["study", "create", words, "--open"],
                ["study", "create", quiz, "--open"],
            ] {
                let outcome = try await run(command)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            for flag in ["--dropout", "--slow", "--double-submit", "--wander", "--stop", "--listen"] {
                let refused = try await run(["simulate", "--study", "words", "--participants", "3", flag, "1.5"])
                #expect(refused.status != 0 && refused.errors.contains("\(flag) must be 0 to 1"))
            }
            let server = try Program(["serve", "--data", data.path, "--port", "0", "--model", TestModel.path])
            let line = try #require(try await server.line(containing: "listening"))
            let url = "http://127.0.0.1:" + (try #require(line.split(separator: ":").last.map(String.init)))
            func simulate(_ study: String, _ flags: String...) async throws -> (status: Int32, report: SimulationReport) {
                let outcome = try await run(
                    ["simulate", "--study", study, "--url", url, "--json", "--patience", "300"] + flags)
                return (outcome.status, try JSONDecoder().decode(SimulationReport.self, from: Data(outcome.output.utf8)))
            }
            let all = try await simulate(
                "words", "--participants", "3", "--seed", "5", "--double-submit", "1", "--listen", "1",
                "--arrivals-per-second", "10")
            #expect(all.status == 0 && all.report.finished == 3 && all.report.heard > 0 && all.report.broken.isEmpty)
            #expect(all.report.medianSecondsPerStep["rating"] != nil)
            // Everybody guesses wrongly, and has one try.
            let quiz2 = try await simulate("quiz", "--participants", "3")
            #expect(quiz2.status == 0 && quiz2.report.ended == ["comprehension-failed": 3])
            let stopped = try await simulate("quiz", "--participants", "3", "--stop", "1", "--seed", "2")
            #expect(stopped.status == 0 && stopped.report.ended.values.reduce(0, +) == 3)
            server.signal(SIGTERM)
            _ = await server.wait()
            let cluster = URL(filePath: data.path).appending(path: "postgres").resolvingSymlinksInPath()
            if cluster.path().hasPrefix("/var/lib/concord/") { try FileManager.default.removeItem(at: cluster) }
        }
    }
}
