import Foundation
import Postgres
import Server
import Studies
import TestSupport
import Testing

@Suite struct WorkAPITests {
    private static let payment = "payment: {currency: GBP, base: 6, waiting: 1, budget: 100, cap: 8}"
    private static let review = "review: {before_display: flagged, minutes: 5}\nopinion_ratings: true"

    /// Somebody who waited in vain, and is due 1.00.
    private func owed(_ server: RunningServer) async throws -> UUID {
        let enrolment = Enrolment(database: server.database)
        let person = try await Sessions(database: server.database).participant(
            with: try await enrolment.join("words", synthetic: false).secret)
        try await enrolment.acceptInstructions(person.id)
        try await Departure(database: server.database).leave(person.id, answers: .keep)
        try await server.database.execute(
            "INSERT INTO payments (participant_id, kind, amount, currency, reason) VALUES (\(person.id), 'waiting', 1, 'GBP', 'waited-in-vain')")
        return person.id
    }

    /// A group of three of whom the first was rude.
    private func written(_ server: RunningServer) async throws {
        let people = try await server.group(), answers = Answers(database: server.database)
        for (place, person) in people.enumerated() {
            try await answers.giveStance(person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "n"))
            try await answers.giveOpinion(
                person, round: 1, text: place == 0 ? "Those retarded people again" : "The opinion of seat \(place)")
        }
    }

    @Test("People are paid over the API: the sheet, files, bonuses, marks, and every change in the log")
    func payments() async throws {
        try await RunningServer.with(more: Self.payment) { server in
            let person = try await owed(server).uuidString
            let boss = try await server.signIn("boss")
            let path = "/api/admin/studies/words/payments"
            let sheet = try await boss.get(path)
            #expect(sheet.status == 200 && sheet["currency"] == "GBP" && sheet["cap"] == "8.00")
            let people = try #require(sheet.json["people"] as? [[String: any Sendable]])
            let lines = try #require(people.first?["lines"] as? [[String: any Sendable]])
            let id = try #require(lines.first?["id"] as? String)
            func bonus(_ key: UUID = UUID()) -> String {
                #"{"key":"\#(key)","person":"\#(person)","amount":2.5,"reason":"thoughtful"}"#
            }
            // Somebody whose reply was lost sends it again: it is given once, and answered alike.
            let key = UUID()
            for _ in 0..<2 {
                let given = try await boss.post("\(path)/bonuses", bonus(key))
                #expect(given.status == 201 && given.text.contains(#""bonus":"2.50""#))
            }
            #expect(try await server.database.first("SELECT count(*) FROM payments WHERE kind = 'bonus'", as: Int.self) == 1)
            let other = try await boss.post("\(path)/bonuses", bonus(key).replacing("2.5", with: "0.5"))
            #expect(other.status == 409 && other["detail"]?.hasPrefix("A bonus was given by this request before") == true)
            for (body, status) in [
                (bonus().replacing("2.5", with: "50"), 409), (bonus().replacing("2.5", with: "0"), 422),
                (bonus().replacing("thoughtful", with: " "), 422), (bonus().replacing(person, with: "nobody"), 404), ("{}", 400),
                (bonus().replacing("\"key\"", with: "\"lock\""), 400),
            ] {
                #expect(try await boss.post("\(path)/bonuses", body).status == status, "\(body)")
            }
            let csv = try await boss.get("\(path)/file?format=csv")
            #expect(csv.headers["content-disposition"] == #"attachment; filename="words-payments.csv""#)
            #expect(csv.headers["content-type"] == "text/csv; charset=utf-8" && csv.text.split(separator: "\n").count == 3)
            #expect(try await boss.get("\(path)/file?format=gold").status == 400)
            #expect(try await boss.get("\(path)/file").status == 400)
            let chosen = try await boss.post("\(path)/file", #"{"format":"csv","payments":["\#(id)"]}"#)
            #expect(chosen.text.split(separator: "\n").count == 2)
            let marked = try await boss.post("\(path)/marks", #"{"payments":["\#(id)"],"paid":true}"#)
            #expect(marked.status == 200 && marked.json["marked"] as? Int == 1)
            #expect(try await boss.post("\(path)/marks", #"{"payments":["\#(UUID())"],"paid":true}"#).status == 404)
            #expect(try await boss.post("\(path)/marks", #"{"payments":["x"],"paid":true}"#).status == 400)
            let long = String(repeating: "x", count: 501)
            #expect(try await boss.post("\(path)/marks", #"{"payments":[],"paid":true,"note":"\#(long)"}"#).status == 422)
            let control = try await boss.post("\(path)/bonuses", bonus().replacing("thoughtful", with: "a\\u0000b"))
            #expect(control.status == 422 && control["detail"]?.contains("U+0000") == true)
            let log = try await boss.get("/api/admin/audit?study=words").text
            #expect(log.components(separatedBy: "payment.bonus").count == 2, "one")
            #expect(log.contains("payment.paid") && log.contains("thoughtful"))
            // The two that were taken away; none of those that were refused.
            #expect(
                try await server.database.query(
                    "SELECT u.name || ' ' || (a.details->>'format') FROM audit_log a JOIN users u ON u.id = a.user_id WHERE action = 'payments.file'",
                    as: String.self) == ["boss csv", "boss csv"])
            #expect(try await boss.get(path).text.contains(#""markedBy":"boss""#))
        }
    }

    @Test("Texts are decided over the API by admins; researchers read what others may read")
    func texts() async throws {
        try await RunningServer.with(more: Self.review) { server in
            try await written(server)
            let boss = try await server.signIn("boss")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            let path = "/api/admin/studies/words/texts"
            let list = try await boss.get(path)
            #expect(list.status == 200 && list["mode"] == "flagged" && list.text.contains("retarded"))
            let text = try #require((list.json["texts"] as? [[String: any Sendable]])?.first?["id"] as? String)
            let read = try await rita.get("\(path)?part=all")
            #expect(read.status == 200 && !read.text.contains("retarded") && read.text.contains("The opinion of seat 1"))
            for query in ["part=everything", "skip=-1", "skip=x"] {
                #expect(try await boss.get("\(path)?\(query)").status == 400)
            }
            #expect(try await rita.post("\(path)/\(text)/decisions", #"{"decision":"approve"}"#).status == 403)
            #expect(try await boss.post("\(path)/\(text)/decisions", #"{"decision":"hide"}"#).status == 422)
            #expect(try await boss.post("\(path)/\(text)/decisions", #"{"decision":"maybe"}"#).status == 400)
            #expect(try await boss.post("\(path)/nothing/decisions", #"{"decision":"approve"}"#).status == 404)
            #expect(try await boss.post("\(path)/\(UUID())/decisions", #"{"decision":"approve"}"#).status == 404)
            let decided = try await boss.post("\(path)/\(text)/decisions", #"{"decision":"approve"}"#)
            #expect(decided.status == 200 && decided.json["visible"] as? Bool == true)
            let late = try await boss.post("\(path)/\(text)/decisions", #"{"decision":"hide","reason":"rude"}"#)
            #expect(late.status == 409 && late["detail"]?.hasPrefix("boss has decided") == true)
            #expect(try await rita.get("\(path)?part=all").text.contains("retarded"), "approved, it is read by all")
            #expect(try await boss.get("/api/admin/audit?study=words").text.contains("text.approve"))
        }
    }

    @Test("Models are trained and evaluated as jobs, and the registry says in plain words what came of it")
    func models() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try TestDump.write(to: folder, groups: 5)
        let dump = try RatingImport(folder: folder)
        let model = try await TestModel.shared()
        let database = try await TestDatabase.fresh()
        let shelf = ModelShelf(standard: model, database: database)
        try await dump.store(as: "pilot", in: database)
        let boss = try await user("boss", .admin, database)
        let work = ModelWork(database: database)
        #expect(try await work.overview(for: boss).models.isEmpty)
        let actor = AuditLog.Actor(user: boss, way: .page)
        let wanted = ModelTrainingJob.Parameters(
            name: "agreement", studies: [], imports: ["pilot"], synthetic: false, rewardModel: nil, components: 2, folds: 3,
            seed: 1)
        let id = try await work.ask(for: wanted, by: actor)
        #expect(try await work.ask(for: wanted, by: actor) == id, "the same again, while it waits, is the same")
        let jobs = Jobs(database: database)
        let progress = JobProgress()
        let outcome = try await ModelTrainingJob(database: database, shelf: shelf).run(
            try await jobs.job(id, for: boss), progress: progress) as? ModelTrainingJob.Outcome
        #expect(outcome?.ratings == 40 && outcome?.groups == 5 && outcome?.beatsBaselines != nil)
        let evaluate = try await work.ask(
            for: ModelEvaluationJob.Parameters(
                model: ModelName(name: "agreement", version: 1), studies: [], imports: ["pilot"], synthetic: false), by: actor)
        _ = try await ModelEvaluationJob(database: database, shelf: shelf).run(
            try await jobs.job(evaluate, for: boss), progress: progress)

        let overview = try await work.overview(for: boss)
        #expect(overview.imports == ["pilot"] && overview.jobs.count == 2)
        let trained = try #require(overview.models.first { $0.kind == .reward })
        #expect(trained.training?.imports == ["pilot"] && trained.training?.ratings == 40 && trained.evaluations.count == 2)
        #expect(trained.mayChoose == outcome?.beatsBaselines && trained.verdict.last?.contains("tudies") == true)
        let base = try #require(overview.models.first { $0.kind == .base })
        #expect(base.weightType?.isEmpty == false && base.file != nil && base.mayChoose == nil && trained.parent == base.name)
        let researcher = try await user("rita", .researcher, database)
        let theirs = try await work.overview(for: researcher)
        #expect(theirs.jobs.isEmpty && theirs.models.allSatisfy { $0.file == nil })
        #expect(
            try await database.query("SELECT action FROM audit_log ORDER BY id", as: String.self)
                == ["model.import-ratings", "model.train", "model.train", "model.evaluate"])
    }

    private func user(_ name: String, _ role: UserRole, _ database: Database) async throws -> User {
        _ = try await Users(database: database).create(name, role: role)
        return try await Users(database: database).user(named: name)
    }

    @Test("Only admins ask for trainings, of ratings that they have, by names that can be")
    func trainings() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/boss").status == 200)
            let body = #"{"name":"agreement","studies":["words"]}"#
            for visitor in [boss, other, rita] { #expect(try await visitor.get("/api/admin/models").status == 200) }
            #expect(try await Visitor(server.url).get("/api/admin/models").status == 401)
            #expect(try await rita.post("/api/admin/models/trainings", body).status == 403)
            #expect(try await rita.post("/api/admin/models/evaluations", #"{"model":"a@1","studies":["words"]}"#).status == 403)
            #expect(try await other.post("/api/admin/models/trainings", body).status == 404, "not their study")
            for (body, status) in [
                (#"{"name":"Not A Name","studies":["words"]}"#, 422), (#"{"name":"agreement"}"#, 422),
                (#"{"name":"agreement","imports":["nothing"]}"#, 404), (#"{"name":"a","studies":["words"],"folds":1}"#, 422),
                (#"{"name":"a","studies":["words"],"rewardModel":"x"}"#, 422),
                (#"{"name":"a","studies":["words"],"rewardModel":"x@1"}"#, 404), ("{}", 400),
            ] {
                #expect(try await boss.post("/api/admin/models/trainings", body).status == status, "\(body)")
            }
            #expect(try await boss.post("/api/admin/models/evaluations", #"{"model":"a@1","studies":["words"]}"#).status == 404)
            let asked = try await boss.post("/api/admin/models/trainings", body)
            let job = try #require(asked["job"])
            #expect(asked.status == 202)
            #expect(try await boss.get("/api/admin/jobs/\(job)").text.contains("model.train"))
            #expect(try await other.get("/api/admin/models").text.contains(job) == false)
        }
    }

    @Test("A job that finds nothing to learn from fails with a sentence")
    func failing() async throws {
        let database = try await TestDatabase.fresh()
        _ = try await QuestionSets(database: database).store(QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        try await StudyCatalog(database: database).create(StudyFile(yaml: TestStudy.yaml()))
        let boss = try await user("boss", .admin, database)
        let id = try await ModelWork(database: database).ask(
            for: ModelTrainingJob.Parameters(
                name: "agreement", studies: ["words"], imports: [], synthetic: false, rewardModel: nil, components: 2, folds: 3,
                seed: 1), by: AuditLog.Actor(user: boss, way: .page))
        let job = try await Jobs(database: database).job(id, for: boss)
        let shelf = ModelShelf(standard: try await TestModel.shared(), database: database)
        await #expect(throws: ModelRegistryError.noRatings(["words"])) {
            try await ModelTrainingJob(database: database, shelf: shelf).run(job, progress: JobProgress())
        }
    }

    @Test("The log has what was begun and what was stopped, not what was asked for besides")
    func workInTheLog() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            func begin(_ people: Int) async throws -> String {
                let asked = try await boss.post("/api/admin/studies/words/rehearsals", #"{"people":\#(people)}"#)
                #expect(asked.status == 202)
                return try #require(asked["id"])
            }
            func stop(_ job: String) async throws -> String? {
                let stopped = try await boss.send("DELETE", "/api/admin/jobs/\(job)")
                #expect(stopped.status == 200)
                return stopped["state"]
            }
            func log(_ action: String) async throws -> [String] {
                try await server.database.query(
                    "SELECT coalesce(details->>'people', lower(subject)) FROM audit_log WHERE action = \(action) ORDER BY id",
                    as: String.self)
            }
            let first = try await begin(3)
            #expect(try await begin(6) == first, "while one waits, that is the one")
            #expect(try await log("study.rehearse") == ["3"])
            for _ in 0..<2 { #expect(try await stop(first) == "cancelled") }
            #expect(try await log("job.cancel") == [first.lowercased()])

            let second = try await begin(6)
            #expect(try await log("study.rehearse") == ["3", "6"])
            try await server.database.execute(
                """
                UPDATE jobs SET state = 'running', worker = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'
                WHERE id = \(UUID(uuidString: second))
                """)
            for _ in 0..<2 { #expect(try await stop(second) == "running") }
            #expect(try await log("job.cancel") == [first.lowercased(), second.lowercased()])

            try await server.database.execute(
                "UPDATE jobs SET state = 'cancelled', lease_expires_at = NULL WHERE id = \(UUID(uuidString: second))")
            let third = try await begin(4)
            try await server.database.execute(
                "UPDATE jobs SET state = 'finished', result = '{}', finished_at = now() WHERE id = \(UUID(uuidString: third))")
            #expect(try await stop(third) == "finished")
            #expect(try await log("job.cancel").count == 2)
        }
    }

    @Test("What is another admin's study is not there, and researchers change nothing")
    func roles() async throws {
        try await RunningServer.with(more: Self.payment) { server in
            let boss = try await server.signIn("boss")
            let other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            let marks = #"{"payments":[],"paid":true}"#, bonus = #"{"key":"\#(UUID())","person":"x","amount":1,"reason":"x"}"#
            let file = #"{"format":"csv","payments":[]}"#
            let decision = #"{"decision":"approve"}"#
            for (method, path, body, isReading) in [
                ("GET", "payments", nil, false), ("GET", "payments/file?format=csv", nil, false), ("POST", "payments/file", file, false),
                ("POST", "payments/marks", marks, false), ("POST", "payments/bonuses", bonus, false), ("GET", "texts", nil, true),
                ("POST", "texts/\(UUID())/decisions", decision, false),
            ] as [(String, String, String?, Bool)] {
                let path = "/api/admin/studies/words/\(path)"
                #expect(try await other.send(method, path, body).status == 404, "\(method) \(path)")
                #expect(try await rita.send(method, path, body).status == (isReading ? 200 : 403), "\(method) \(path)")
                #expect(try await Visitor(server.url).send(method, path, body).status == 401, "\(method) \(path)")
            }
        }
    }
}
