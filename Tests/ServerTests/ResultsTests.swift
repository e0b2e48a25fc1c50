import Exports
import Foundation
import Postgres
import Server
import Studies
import TestSupport
import Testing

@Suite("Results at a glance") struct ResultsTests {
    private static let path = "/api/admin/studies/words/results"
    private static let conditions = """
        - {name: own, source: human-opinion}
          - {name: position, source: position-statement}
        """

    /// Lets `groups` groups of three go through the study.
    private static func takePart(_ groups: Int, in database: Database) async throws {
        let enrolment = Enrolment(database: database), answers = Answers(database: database)
        for _ in 0..<groups {
            var people: [UUID] = []
            for _ in 0..<3 {
                let secret = try await enrolment.join("words", synthetic: false).secret
                people.append(try await Sessions(database: database).participant(with: secret).id)
                try await enrolment.acceptInstructions(people[people.count - 1])
            }
            for person in people {
                try await answers.giveStance(person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "b"))
                try await answers.giveOpinion(person, round: 1, text: "Words of \(person)")
            }
            let queue = GenerationQueue(database: database)
            while let job = try await queue.claim(worker: UUID()) {
                try await queue.finish(
                    job, with: job.condition.name == "own" ? .opinions([job.opinions[0]]) : .positionStatements(["Four words of it."]))
            }
            for person in people {
                while let statement = try await ParticipationReader(database: database).state(of: person).statement {
                    try await answers.rate(
                        person, presentationID: statement.id, agreement: LikertValue(6, for: "a"), quality: LikertValue(4, for: "q"))
                }
            }
            for person in people { try await enrolment.acceptDebriefing(person) }
        }
    }

    @Test("Effects by condition are not sent until the target is reached, or an admin uncovers them with a reason, which is logged")
    func covered() async throws {
        try await RunningServer.with(conditions: Self.conditions, more: "quotas: {groups: 3}") { server in
            let boss = try await server.signIn("boss")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await rita.get(Self.path).status == 404, "it is not shared with her")
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            let empty = try await boss.get(Self.path)
            #expect(empty.status == 200 && empty.json["effects"] == nil)

            try await Self.takePart(1, in: server.database)
            for visitor in [boss, rita] {
                let results = try await visitor.get(Self.path)
                #expect(results.status == 200 && results.json["effects"] == nil)
                #expect((results.json["cover"] as? [String: any Sendable])?["liftedBecause"] == nil)
                // Not by any other name either.
                #expect(!results.text.contains("\"own\"") && !results.text.contains("position\"") && !results.text.contains("winRate"))
                let progress = (results.json["progress"] as? [String: any Sendable])?["numbers"] as? [String: any Sendable]
                #expect(progress?["finishedGroups"] as? Int == 1 && progress?["wantedGroups"] as? Int == 3)
                #expect(progress?["finishedParticipants"] as? Int == 3)
                let arrivals = (results.json["ratings"] as? [String: any Sendable])?["numbers"] as? [String: any Sendable]
                let lines = arrivals?["lines"] as? [[String: any Sendable]]
                #expect(lines?.last?["soFar"] as? Int == 5 && arrivals?["unit"] as? String == "hour")
            }

            let uncover = Self.path + "/uncover"
            #expect(try await rita.post(uncover, #"{"reason":"curious"}"#).status == 403)
            for (body, status) in [
                (#"{"reason":"  "}"#, 422), (#"{"reason":"\#(String(repeating: "x", count: 501))"}"#, 422), ("{}", 400),
            ] {
                let refused = try await boss.post(uncover, body)
                #expect(refused.status == status && refused["detail"]?.isEmpty == false, "\(body.prefix(40))")
            }
            #expect(try await boss.get(Self.path).json["effects"] == nil)
            #expect(try await boss.post("/api/admin/studies/nothing/results/uncover", #"{"reason":"x"}"#).status == 404)

            let seen = try await boss.post(uncover, #"{"reason":" The funder asked. "}"#)
            #expect(seen.status == 200 && seen.text.contains("\"condition\":\"own\""))
            // Once: a second reason changes nothing.
            #expect(try await boss.post(uncover, #"{"reason":"Another"}"#).status == 200)
            let forRita = try await rita.get(Self.path)
            #expect(forRita.text.contains("winRate"), "everybody who has the study sees them then")
            let cover = forRita.json["cover"] as? [String: any Sendable]
            #expect(cover?["liftedBecause"] as? String == "uncovered")
            let uncovering = cover?["uncovering"] as? [String: any Sendable]
            #expect(uncovering?["by"] as? String == "boss" && uncovering?["reason"] as? String == "The funder asked.")
            let entries = try await boss.get("/api/admin/audit?study=words").json["entries"] as? [[String: any Sendable]]
            let logged = try #require(entries).filter { $0["action"] as? String == "results.uncover" }
            #expect(logged.count == 1 && logged[0]["user"] as? String == "boss")
            #expect((logged[0]["details"] as? [String: any Sendable])?["reason"] as? String == "The funder asked.")
        }
    }

    @Test("The report is there for everybody who has the study, as a page in which nothing runs and as JSON, once effects are uncovered")
    func report() async throws {
        try await RunningServer.with(conditions: Self.conditions, more: "quotas: {groups: 3}") { server in
            let boss = try await server.signIn("boss"), other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            for name in ["boss", "rita"] {
                #expect(try await boss.send("PUT", "/api/admin/studies/words/users/\(name)").status == 200)
            }
            try await Self.takePart(1, in: server.database)
            let path = "/api/admin/studies/words/report"
            for address in [path, "\(path).html"] {
                for visitor in [boss, rita] {
                    let covered = try await visitor.get(address)
                    #expect(covered.status == 409 && covered["detail"]?.contains("covered until study words has its sample") == true)
                    #expect(!covered.text.contains("winRate") && !covered.text.contains("Attrition"))
                }
                #expect(try await other.get(address).status == 404)
            }
            #expect(try await boss.post(Self.path + "/uncover", #"{"reason":"A test"}"#).status == 200)

            // What `concord report` writes, but for when it was read.
            func undated(_ text: String) -> String { text.replacing(/\d{4}-\d\d-\d\d.\d\d:\d\d:\d\d/, with: "") }
            let study = try await StudyCatalog(database: server.database).study(named: "words")
            let report = try await StudyReport.read(of: study, in: server.database)
            #expect(report.conditions.numbers.lines.map(\.ratings) == [2, 3])
            let numbers = undated(String(decoding: try report.json(), as: UTF8.self)), html = undated(ReportPage(report).html)
            for visitor in [boss, rita] {
                let json = try await visitor.get(path)
                #expect(json.status == 200 && json.headers["content-disposition"] == "attachment; filename=\"words-report.json\"")
                #expect(undated(json.text) == numbers)
                let page = try await visitor.get("\(path).html")
                #expect(page.status == 200 && page.headers["content-type"] == "text/html; charset=utf-8")
                #expect(undated(page.text) == html)
                let policy = try #require(page.headers["content-security-policy"])
                #expect(policy.contains("default-src 'none'") && !policy.contains("script") && !policy.contains("'self'"))
            }
            #expect(try await other.get(path).status == 404)
            for (wanted, counted) in [("true", true), ("false", false)] {
                #expect(try await rita.get("\(path)?synthetic=\(wanted)").json["synthetic"] as? Bool == counted)
            }
            #expect(try await rita.get("\(path)?synthetic=x").status == 400)
        }
    }

    @Test("The target, or the end of the study, uncovers them without anybody's doing") func lifted() async throws {
        try await RunningServer.with(conditions: Self.conditions, more: "quotas: {groups: 2}") { server in
            let boss = try await server.signIn("boss")
            func lifting() async throws -> String? {
                let results = try await boss.get(Self.path)
                let because = (results.json["cover"] as? [String: any Sendable])?["liftedBecause"] as? String
                #expect((because == nil) == (results.json["effects"] == nil))
                return because
            }
            try await Self.takePart(1, in: server.database)
            #expect(try await lifting() == nil)
            try await Self.takePart(1, in: server.database)
            #expect(try await lifting() == "target-reached")
            try await StudyCatalog(database: server.database).move("words", to: .closed)
            #expect(try await lifting() == "closed")
        }
        // A study that wants as many as come has no target.
        try await RunningServer.with(conditions: Self.conditions) { server in
            let boss = try await server.signIn("boss")
            try await Self.takePart(1, in: server.database)
            #expect(try await boss.get(Self.path).json["effects"] == nil)
            try await StudyCatalog(database: server.database).move("words", to: .closed)
            let closed = try await boss.get(Self.path)
            let effects = closed.json["effects"] as? [String: any Sendable]
            let numbers = (effects?["conditions"] as? [String: any Sendable])?["numbers"] as? [String: any Sendable]
            let lines = numbers?["lines"] as? [[String: any Sendable]]
            #expect(lines?.map { $0["ratings"] as? Int } == [2, 3])
            #expect((lines?[1]["agreement"] as? [String: any Sendable])?["value"] as? Int == 6)
        }
    }

    @Test("A smaller target, set when people have taken part, lifts no cover; one that was smaller before anybody came does")
    func loweredTarget() async throws {
        try await RunningServer.with(conditions: Self.conditions, more: "quotas: {groups: 3}") { server in
            let boss = try await server.signIn("boss"), catalog = StudyCatalog(database: server.database)
            func cover() async throws -> [String: any Sendable] {
                let results = try await boss.get(Self.path)
                let cover = try #require(results.json["cover"] as? [String: any Sendable])
                #expect((cover["liftedBecause"] == nil) == (results.json["effects"] == nil))
                return cover
            }
            func want(_ quotas: String) async throws {
                try await catalog.move("words", to: .paused)
                _ = try await catalog.edit(
                    "words", with: StudyFile(yaml: TestStudy.yaml(conditions: Self.conditions) + "\nquotas: {\(quotas)}"))
                try await catalog.move("words", to: .open)
            }
            // Nobody has come yet: this is the target.
            try await want("groups: 2")
            #expect(try await cover()["untilGroups"] as? Int == 2)
            try await Self.takePart(1, in: server.database)
            for lower in ["groups: 1", "groups: 1, participants: 3"] {
                try await want(lower)
                let still = try await cover()
                #expect(still["liftedBecause"] == nil && still["untilGroups"] as? Int == 2 && still["untilParticipants"] == nil)
            }
            // A larger one counts at once.
            try await want("groups: 3")
            try await Self.takePart(1, in: server.database)
            #expect(try await cover()["untilGroups"] as? Int == 3)
            try await want("groups: 2")
            #expect(try await cover()["liftedBecause"] == nil)
            try await want("groups: 3")
            try await Self.takePart(1, in: server.database)
            #expect(try await cover()["liftedBecause"] as? String == "target-reached")
        }
    }

    @Test("Results are read once however many ask, and again when something has changed, also by a transaction that began before")
    func readOnce() async throws {
        try await RunningServer.with(conditions: Self.conditions) { server in
            let database = server.database
            let shelf = ResultsShelf(database: database) { try await StudyResults.read(of: $0, in: database) }
            try await Self.takePart(2, in: database)
            let study = try await StudyCatalog(database: database).study(named: "words")
            #expect(try await shelf.results(of: study).effects == nil)
            try await ResultsCover.uncover(study, because: "A test", by: .commandLine, in: database)
            /// When the results were read that so many get who ask at once.
            @Sendable func readings(_ count: Int) async throws -> Set<Date> {
                try await withThrowingTaskGroup(of: Date.self) { group in
                    for _ in 0..<count {
                        group.addTask {
                            let results = try await shelf.results(of: study)
                            #expect(results.effects != nil)
                            return results.readAt
                        }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
            }
            let first = try await readings(8)
            #expect(first.count == 1)
            #expect(try await readings(2) == first)
            // Of two transactions the one that began first ends last.
            let statement = try #require(
                try await database.first("SELECT id FROM statements ORDER BY created_at LIMIT 1", as: UUID.self))
            let second = try await database.transaction { connection in
                try await connection.execute("UPDATE statements SET malformed = true WHERE id = \(statement)")
                try await database.execute("UPDATE statements SET malformed = false WHERE id <> \(statement)")
                return try await readings(2)
            }
            #expect(second.count == 1 && second != first)
            let third = try await readings(2)
            #expect(third.count == 1 && third != second)
            let statements = try await shelf.results(of: study).effects?.conditions.numbers.lines.map(\.statements)
            #expect(statements?.reduce(0, +) == 3, "the malformed one is out")
        }
    }
}
