import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct QuestionSetAPITests {
    private static let sets = "/api/admin/question-sets"

    private static func entries(_ answer: Visitor.Answer, _ key: String) -> [[String: any Sendable]] {
        answer.json[key] as? [[String: any Sendable]] ?? []
    }

    @Test("Researchers read and export question sets and change nothing; nobody else sees any")
    func roles() async throws {
        try await RunningServer.with { server in
            let researcher = try await server.signIn("rita", role: .researcher)
            let reads = ["", "/examples", "/examples/questions", "/examples/retired", "/examples/splits", "/examples/versions",
                "/examples/difference", "/examples/export?format=json", "/examples/proposals", "/examples/flags", "/examples/clustering"]
            for path in reads {
                #expect(try await researcher.get(Self.sets + path).status == 200, "\(path)")
                #expect(try await Visitor(server.url).get(Self.sets + path).status == 401, "\(path)")
            }
            let id = UUID().uuidString
            let changes: [(String, String, String)] = [
                ("POST", "questions", #"{"key":"x","text":"Q?","affirmingStatement":"Yes.","negatingStatement":"No."}"#),
                ("PUT", "questions", #"{"key":"tax-01","text":"Q?","affirmingStatement":"Yes.","negatingStatement":"No."}"#),
                ("POST", "retired", #"{"keys":["tax-01"]}"#), ("POST", "restored", #"{"key":"tax-01"}"#),
                ("POST", "moves", #"{"key":"tax-01","position":3}"#), ("POST", "topics", #"{"topic":"x","keys":["tax-01"]}"#),
                ("PUT", "topics", #"{"from":"education","to":"x"}"#),
                ("POST", "splits", #"{"oodTest":0.1,"iidTest":0.1,"validation":0.1}"#),
                ("POST", "imports", #"{"fileName":"a.csv","text":"id","keeps":true}"#), ("POST", "imports/\(id)", #"{"leavingOut":true}"#),
                ("POST", "writings", #"{"keys":["tax-01"],"count":1}"#), ("POST", "proposals/\(id)/accept", "{}"),
                ("POST", "proposals/\(id)/reject", "{}"), ("POST", "screenings", "{}"),
                ("POST", "flags/\(id)", #"{"decision":"keep"}"#), ("POST", "clusterings", "{}"),
                ("POST", "clusterings/\(id)/use", #"{"names":[]}"#),
            ]
            for (method, path, body) in changes {
                #expect(try await researcher.send(method, "\(Self.sets)/examples/\(path)", body).status == 403, "\(path)")
                #expect(try await Visitor(server.url).send(method, "\(Self.sets)/examples/\(path)", body).status == 401, "\(path)")
            }
            #expect(try await server.database.first("SELECT count(*) FROM question_set_versions", as: Int.self) == 1)
            #expect(try await server.database.first("SELECT count(*) FROM jobs", as: Int.self) == 0)
        }
    }

    @Test("Of the studies that used a version one is told the names of one's own, and how many others there are")
    func uses() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss"), other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            func versions(_ visitor: Visitor) async throws -> [[String: any Sendable]] {
                Self.entries(try await visitor.get("\(Self.sets)/examples/versions"), "versions")
            }
            func expectTold(_ visitor: Visitor, _ names: [String], _ others: Int) async throws {
                let newest = try #require(try await versions(visitor).first)
                #expect(newest["studies"] as? [String] == names && newest["otherStudies"] as? Int == others)
            }
            // A study of the command line is every admin's, and no researcher's.
            try await expectTold(other, ["words"], 0)
            try await expectTold(rita, [], 1)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            #expect(try await boss.post("/api/admin/studies/words/previews", "{}").status == 201)
            for visitor in [boss, rita] { try await expectTold(visitor, ["words"], 0) }
            try await expectTold(other, [], 1)
            let all = try #require(try await QuestionSets(database: server.database).history(of: "examples").first)
            #expect(all.studies.count == 2 && all.studies.last == "words" && all.otherStudies == 0)
        }
    }

    @Test("A set is searched, changed and exported over the API, and each change is in the log")
    func changing() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let path = "\(Self.sets)/examples"
            let page = try await boss.get("\(path)/questions?search=zoo&limit=5")
            #expect(page.json["matching"] as? Int ?? 0 > 0 && page.json["version"] as? Int == 1)
            let added = try await boss.post(
                "\(path)/questions",
                #"{"key":"x","text":" Should rivers have rights? ","affirmingStatement":"Yes.","negatingStatement":"No.","topic":null,"base":1}"#)
            #expect(added.status == 201 && added.json["version"] as? Int == 2)
            let open = try await boss.get("\(path)/questions?split=&topic=")
            #expect(open.json["matching"] as? Int == 1)
            #expect(try await boss.send(
                "PUT", "\(path)/questions",
                #"{"key":"x","text":"Should all rivers have rights?","affirmingStatement":"Yes.","negatingStatement":"No.","split":"train"}"#
            ).json["version"] as? Int == 3)
            #expect(try await boss.post("\(path)/moves", #"{"key":"x","position":1,"base":3}"#).json["version"] as? Int == 4)
            #expect(try await boss.post("\(path)/topics", #"{"topic":"rights","keys":["x"]}"#).json["version"] as? Int == 5)
            #expect(try await boss.send("PUT", "\(path)/topics", #"{"from":"rights","to":"law"}"#).json["version"] as? Int == 6)
            #expect(try await boss.post("\(path)/retired", #"{"keys":["x"]}"#).json["version"] as? Int == 7)
            #expect(Self.entries(try await boss.get("\(path)/retired"), "questions").count == 1)
            #expect(try await boss.post("\(path)/restored", #"{"key":"x"}"#).json["version"] as? Int == 8)
            let drawn = try await boss.post("\(path)/splits", #"{"oodTest":0.2,"iidTest":0.1,"validation":0.1,"seed":5}"#)
            #expect(drawn.json["version"] as? Int == 9)
            #expect((try await boss.get("\(path)/splits").json["plan"] as? [String: any Sendable])?["seed"] as? Int == 5)
            #expect(Self.entries(try await boss.get("\(path)/versions"), "versions").count == 9)
            let difference = try await boss.get("\(path)/difference?from=1&to=8").json["difference"] as? [String: any Sendable]
            #expect((difference?["added"] as? [any Sendable])?.count == 1)
            let log = try await server.database.query(
                "SELECT action FROM audit_log WHERE action LIKE 'questions.%' AND via = 'page' ORDER BY id", as: String.self)
            #expect(log == ["add", "edit", "move", "topic", "rename-topic", "retire", "restore", "splits"].map { "questions.\($0)" })

            let table = try await boss.get("\(path)/export?version=1")
            #expect(table.headers["content-disposition"] == #"attachment; filename="examples.csv""#)
            #expect(table.text.hasPrefix("\u{FEFF}id,question,"))
            #expect(try QuestionFile(csv: table.text).questions == QuestionFile(path: TestStudy.questionsFile).questions)
            #expect(try await boss.get("\(path)/export?format=json").text.hasPrefix("[\n  {\"id\":"))
        }
    }

    @Test("Whatever cannot be done is refused with what to change, and changes nothing")
    func refusals() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let path = "\(Self.sets)/examples", id = UUID().uuidString
            let question = #"{"key":"tax-01","text":"Q?","affirmingStatement":"Yes.","negatingStatement":"No."}"#
            let refused: [(Int, String, String, String?)] = [
                (404, "GET", "\(Self.sets)/none", nil), (404, "GET", "\(Self.sets)/none/questions", nil),
                (404, "GET", "\(Self.sets)/none/splits", nil), (404, "GET", "\(path)/questions?version=7", nil),
                (400, "GET", "\(path)/questions?limit=0", nil), (400, "GET", "\(path)/questions?offset=x", nil),
                (400, "GET", "\(path)/export?format=pdf", nil), (409, "POST", "\(path)/questions", question),
                (400, "POST", "\(path)/questions", "{}"), (400, "POST", "\(path)/retired", "nonsense"),
                (409, "PUT", "\(path)/questions", question.replacing("}", with: #","base":9}"#)),
                (422, "PUT", "\(path)/questions", question.replacing("Q?", with: " ")),
                (404, "POST", "\(path)/retired", #"{"keys":["none"]}"#), (404, "POST", "\(path)/restored", #"{"key":"tax-01"}"#),
                (404, "POST", "\(path)/moves", #"{"key":"none","position":1}"#),
                (400, "POST", "\(path)/moves", #"{"key":"x","position":0}"#),
                (404, "PUT", "\(path)/topics", #"{"from":"none","to":"x"}"#), (422, "POST", "\(path)/topics", #"{"topic":" ","keys":["tax-01"]}"#),
                (422, "POST", "\(path)/splits", #"{"oodTest":0.95,"iidTest":0.1,"validation":0.1}"#),
                (409, "POST", "\(path)/splits", #"{"oodTest":0.1,"iidTest":0.1,"validation":0.1,"heldOut":["none"]}"#),
                (422, "POST", "\(path)/splits", #"{"oodTest":0.1,"iidTest":0.1,"validation":0.1,"seed":9007199254740992}"#),
                (422, "POST", "\(path)/clusterings", #"{"seed":9007199254740992}"#),
                (422, "POST", "\(path)/writings", #"{"keys":["tax-01"],"count":1,"seed":9007199254740992}"#),
                (400, "GET", "\(path)/proposals?decided=perhaps", nil),
                (422, "POST", "\(path)/imports", #"{"fileName":"a.csv","text":"a\u0000b","keeps":true}"#),
                (422, "POST", "\(Self.sets)/No_Name/imports", #"{"fileName":"a.csv","text":"id","keeps":true}"#),
                (404, "POST", "\(path)/imports/\(id)", #"{"leavingOut":false}"#), (404, "POST", "\(path)/imports/x", #"{"leavingOut":false}"#),
                (422, "POST", "\(path)/writings", #"{"keys":[],"count":1}"#), (422, "POST", "\(path)/writings", #"{"keys":["tax-01"],"count":0}"#),
                (404, "POST", "\(path)/writings", #"{"keys":["none"],"count":1}"#),
                (404, "POST", "\(path)/proposals/\(id)/accept", "{}"), (404, "POST", "\(path)/proposals/x/reject", "{}"),
                (400, "POST", "\(path)/proposals/\(id)/accept", #"{"wording":{"question":"Q?"}}"#),
                (422, "POST", "\(path)/screenings", #"{"share":2}"#), (404, "POST", "\(Self.sets)/none/screenings", "{}"),
                (404, "POST", "\(path)/flags/\(id)", #"{"decision":"keep"}"#), (400, "POST", "\(path)/flags/\(id)", #"{"decision":"maybe"}"#),
                (404, "DELETE", "\(path)/flags/\(id)", nil), (404, "DELETE", "\(path)/flags/x", nil),
                (422, "POST", "\(path)/clusterings", #"{"clusters":1}"#), (409, "POST", "\(path)/clusterings", #"{"clusters":5000}"#),
                (404, "POST", "\(path)/clusterings/\(id)/use", #"{"names":[]}"#),
            ]
            for (status, method, address, body) in refused {
                let answer = try await boss.send(method, address, body)
                #expect(answer.status == status, "\(method) \(address) \(body ?? "") gave \(answer.status): \(answer.text)")
                #expect(answer["detail"]?.isEmpty == false, "\(address)")
            }
            #expect(try await server.database.first("SELECT count(*) FROM question_set_versions", as: Int.self) == 1)
        }
    }

    @Test("A file is looked at, then imported, once; work that was asked for is a job of whoever asked")
    func importAndJobs() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let text = #"id,question,affirming_statement,negating_statement\na,Should zoos be closed?,Yes.,No.\nb,,Yes.,No.\n"#
            let looked = try await boss.post("\(Self.sets)/mine/imports", #"{"fileName":"mine.csv","text":"\#(text)","keeps":false}"#)
            let preview = try #require(looked.json["preview"] as? [String: any Sendable])
            #expect(preview["rowsWithProblems"] as? Int == 1 && preview["base"] as? Int == 0 && preview["withoutSplit"] as? Int == 1)
            let id = try #require(looked["id"])
            #expect(try await boss.get("\(Self.sets)/mine").status == 404)
            #expect(try await boss.post("\(Self.sets)/mine/imports/\(id)", #"{"leavingOut":false}"#).status == 409)
            let imported = try await boss.post("\(Self.sets)/mine/imports/\(id)", #"{"leavingOut":true}"#)
            #expect(imported.json["version"] as? Int == 1 && imported.json["isNew"] as? Bool == true)
            #expect(try await boss.post("\(Self.sets)/mine/imports/\(id)", #"{"leavingOut":true}"#).status == 404)

            // No runner takes them on here, so that they wait.
            for (path, body) in [("writings", #"{"keys":["tax-01"],"count":2,"seed":1}"#), ("screenings", #"{"share":0.1}"#), ("clusterings", "{}")] {
                let asked = try await boss.post("\(Self.sets)/examples/\(path)", body)
                #expect(asked.status == 202)
                let job = try await boss.get("/api/admin/jobs/\(asked["job"] ?? "")")
                #expect(job["state"] == "waiting" && job["user"] == "boss")
            }
            #expect(Self.entries(try await boss.get("\(Self.sets)/examples"), "jobs").count == 3)
            #expect(Self.entries(try await boss.get("\(Self.sets)/mine"), "jobs").isEmpty)
            let other = try await server.signIn("other")
            #expect(Self.entries(try await other.get("\(Self.sets)/examples"), "jobs").isEmpty)
        }
    }

    @Test("Jobs write, screen and cluster with the real model, and what came of it is there to decide", .timeLimit(.minutes(10)))
    func work() async throws {
        let database = try await TestDatabase.fresh(), model = try await TestModel.shared()
        try await QuestionSets(database: database).store(
            Array(QuestionFile(path: TestStudy.questionsFile).questions.prefix(7)), as: "few")
        let jobs: [any JobHandler] = [
            QuestionWritingJob(database: database, model: model, embedding: model),
            QuestionScreenJob(database: database, model: model), QuestionTopicsJob(database: database, model: model),
        ]
        #expect(Set(jobs.map(\.kind)) == ["questions.write", "questions.screen", "questions.topics"])
        let user = try await { _ = try await Users(database: database).create("ada", role: .admin); return try await Users(database: database).user(named: "ada") }()
        let store = Jobs(database: database)
        let asked = [
            try await store.ask(for: "questions.topics", with: QuestionTopicsJob.Parameters(set: "few", clusters: 2, seed: 1), by: user),
            try await store.ask(for: "questions.screen", with: QuestionScreenJob.Parameters(set: "few", share: 0.2), by: user),
            try await store.ask(for: "questions.write", with: QuestionWritingJob.Parameters(set: "few", keys: ["tax-01", "tax-02"], count: 1, seed: 3), by: user),
            try await store.ask(for: "questions.write", with: QuestionWritingJob.Parameters(set: "few", keys: ["gone"], count: 1, seed: 3), by: user),
        ]
        for (id, handler) in zip(asked, [jobs[2], jobs[1], jobs[0]]) {
            let job = try await store.job(id, for: user)
            _ = try await handler.run(job, progress: JobProgress())
        }
        #expect(try await QuestionClusterings(database: database).newest(of: "few")?.clusters.count == 2)
        #expect(try await QuestionFlags(database: database).list(of: "few").count { $0.finding.isScoredHigh } == 2)
        #expect(try await QuestionProposals(database: database).list(of: "few").count == 1)
        let last = try await store.job(asked[3], for: user)
        await #expect(throws: QuestionSetError.unknownQuestion("gone", set: "few")) {
            _ = try await jobs[0].run(last, progress: JobProgress())
        }
    }
}
