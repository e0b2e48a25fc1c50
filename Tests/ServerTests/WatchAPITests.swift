import Foundation
import Postgres
import Server
import Studies
import Testing

@Suite struct WatchAPITests {
    /// Three people in a group of the study `words`.
    private func group(_ server: RunningServer) async throws -> [Visitor] {
        var people: [Visitor] = []
        for _ in 0..<3 {
            let visitor = Visitor(server.url)
            #expect(try await visitor.post("/api/studies/words/participants", #"{"consent":true}"#).status == 201)
            #expect(try await visitor.post("/api/participation/instructions", #"{"understood":true}"#).status == 200)
            people.append(visitor)
        }
        return people
    }

    private static let base = "/api/admin/studies/words"

    private func key() -> String { UUID().uuidString }

    @Test("Researchers look and do not act; whoever does not have the study learns nothing of it") func roles() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss"), other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "\(Self.base)/users/rita").status == 200)
            let people = try await group(server)
            #expect(try await people[0].post("/api/participation/messages", #"{"key":"\#(key())","text":"I am Anna"}"#).status == 200)
            let person = try #require(try await server.database.first("SELECT id::text FROM participants LIMIT 1", as: String.self))
            let group = try #require(try await server.database.first("SELECT id::text FROM groups", as: String.self))
            let message = try #require(try await server.database.first("SELECT id::text FROM messages", as: String.self))
            let reads = ["watch", "people?find=1", "people/\(person)", "generations"]
            let adminsReads = ["people/\(person)/page", "messages"]
            let acts = [
                ("people/\(person)/nudge", ""), ("people/\(person)/release", ""), ("people/\(person)/remove", ""),
                ("people/\(person)/erase", ""),
                ("people/\(person)/extend", #","minutes":5,"deadline":"2030-01-01T00:00:00Z""#), ("groups/\(group)/release", ""),
                ("groups/\(group)/move-on", #","round":1,"phase":"opinions""#), ("groups/\(group)/end-round", #","round":1"#),
                ("groups/\(group)/extend", #","minutes":5,"deadline":"2030-01-01T00:00:00Z""#),
                ("messages/\(message)/answer", #","text":"Hello""#),
            ]
            for path in reads {
                #expect(try await rita.get("\(Self.base)/\(path)").status == 200, "\(path)")
                #expect(try await boss.get("\(Self.base)/\(path)").status == 200, "\(path)")
            }
            for path in adminsReads {
                #expect(try await rita.get("\(Self.base)/\(path)").status == 403, "\(path)")
                #expect(try await boss.get("\(Self.base)/\(path)").status == 200, "\(path)")
            }
            for path in reads + adminsReads + ["watch/events"] {
                #expect(try await other.get("\(Self.base)/\(path)").status == 404, "\(path)")
                #expect(try await Visitor(server.url).get("\(Self.base)/\(path)").status == 401, "\(path)")
                #expect(try await people[0].get("\(Self.base)/\(path)").status == 401, "\(path)")
            }
            for (path, more) in acts {
                let body = #"{"key":"\#(key())"\#(more)}"#
                #expect(try await rita.post("\(Self.base)/\(path)", body).status == 403, "\(path)")
                #expect(try await other.post("\(Self.base)/\(path)", body).status == 404, "\(path)")
                #expect(try await Visitor(server.url).post("\(Self.base)/\(path)", body).status == 401, "\(path)")
            }
            #expect(try await server.database.first("SELECT count(*) FROM interventions", as: Int.self) == 0)
            #expect(try await rita.get("\(Self.base)/watch").json["unanswered"] == nil)
            #expect(try await boss.get("\(Self.base)/watch").json["unanswered"] as? Int == 1)
        }
    }

    @Test("Whoever acts twice, with one key or as two admins, does one thing") func twice() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna"), bert = try await server.signIn("bert")
            _ = try await group(server)
            let group = try #require(try await server.database.first("SELECT id::text FROM groups", as: String.self))
            let rows = try await anna.get("\(Self.base)/watch").json["rows"] as? [[String: any Sendable]]
            let deadline = try #require(rows?.first?["deadline"] as? String)
            func extend(_ visitor: Visitor, _ key: String) async throws -> Visitor.Answer {
                try await visitor.post(
                    "\(Self.base)/groups/\(group)/extend", #"{"key":"\#(key)","minutes":7,"deadline":"\#(deadline)"}"#)
            }
            let key = key()
            async let one = extend(anna, key), two = extend(anna, key)
            let answers = try await [one, two]
            #expect(answers.map(\.status) == [200, 200] && answers[0]["says"] == answers[1]["says"])
            #expect(answers[0]["says"] == "The group has 7 minutes more.")
            let late = try await extend(bert, self.key())
            #expect(late.status == 409 && late["detail"]?.contains("meanwhile") == true)
            let log = try await server.database.query(
                "SELECT u.name || ' ' || a.via FROM audit_log a JOIN users u ON u.id = a.user_id WHERE action = 'group.extend'",
                as: String.self)
            #expect(log == ["anna page"])
            let minutes = try await server.database.first(
                "SELECT extract(epoch FROM phase_deadline_at - phase_entered_at)::float8 / 60 FROM rounds", as: Double.self)
            #expect(minutes == 17)

            let round = #""round":1,"phase":"opinions""#
            async let first = anna.post("\(Self.base)/groups/\(group)/move-on", #"{"key":"\#(self.key())",\#(round)}"#)
            async let second = bert.post("\(Self.base)/groups/\(group)/move-on", #"{"key":"\#(self.key())",\#(round)}"#)
            let done = try await [first, second].map { $0.json["done"] as? Bool }
            #expect(done.count { $0 == true } == 1 && done.count { $0 == false } == 1)
        }
    }

    @Test("Bad requests are refused with a sentence, and change nothing") func refused() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            _ = try await group(server)
            let group = try #require(try await server.database.first("SELECT id::text FROM groups", as: String.self))
            for (path, body, status) in [
                ("groups/\(group)/extend", "{}", 400), ("groups/\(group)/extend", #"{"key":"x"}"#, 400),
                ("groups/\(group)/extend", #"{"key":"\#(key())","minutes":500,"deadline":"2030-01-01T00:00:00Z"}"#, 422),
                ("groups/\(group)/move-on", #"{"key":"\#(key())","round":1,"phase":"elsewhere"}"#, 400),
                ("groups/nothing/release", #"{"key":"\#(key())"}"#, 404), ("people/nothing/nudge", #"{"key":"\#(key())"}"#, 404),
                ("messages/nothing/answer", #"{"key":"\#(key())","text":"x"}"#, 404),
            ] {
                let answer = try await anna.post("\(Self.base)/\(path)", body)
                #expect(answer.status == status && answer["detail"]?.isEmpty == false, "\(path) \(body) \(answer.text)")
            }
            for (path, status) in [
                ("people/nothing", 404), ("people/\(UUID())", 404), ("people/\(UUID())/page", 404), ("people", 200),
                ("generations?failed=yes", 400), ("generations?conditions=all", 400), ("generations?group=x", 400), ("generations?before=x", 400), ("generations?before=\(UUID())", 404),
                ("generations/x", 404), ("generations/\(UUID())?conditions=shown", 404),
            ] {
                #expect(try await anna.get("\(Self.base)/\(path)").status == status, "\(path)")
            }
            #expect(try await server.database.first("SELECT count(*) FROM interventions", as: Int.self) == 0)
        }
    }

    @Test("Whoever asks for it is erased once, with a line in the log; the record has what went, for admins only")
    func erase() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna"), bert = try await server.signIn("bert")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await anna.send("PUT", "\(Self.base)/users/bert").status == 200)
            #expect(try await anna.send("PUT", "\(Self.base)/users/rita").status == 200)
            let people = try await group(server)
            let stance = try await people[0].post("/api/participation/stance", #"{"round":1,"affirming":6,"negating":2}"#)
            let opinion = try await people[0].post(
                "/api/participation/opinion", #"{"round":1,"text":"Words that are to be gone"}"#)
            #expect(stance.status == 200 && opinion.status == 200)
            let person = try #require(
                try await server.database.first("SELECT participant_id::text FROM opinions", as: String.self))
            let address = "\(Self.base)/people/\(person)"
            #expect(try await (anna.get(address).json["can"] as? [String: any Sendable])?["erase"] as? Bool == true)

            let key = key()
            let body = #"{"key":"\#(key)","reason":" asked by mail"}"#
            async let one = anna.post("\(address)/erase", body), two = anna.post("\(address)/erase", body)
            let answers = try await [one, two]
            #expect(answers.map(\.status) == [200, 200] && answers.allSatisfy { $0.json["done"] as? Bool == true })
            #expect(answers.allSatisfy { $0["says"] == "What they wrote and rated has been deleted." })
            let late = try await bert.post("\(address)/erase", #"{"key":"\#(self.key())","reason":"again"}"#)
            #expect(late.status == 200 && late.json["done"] as? Bool == false)
            #expect(late["says"] == "What they wrote and rated was deleted before.")
            #expect(try await anna.post("\(Self.base)/people/nothing/erase", #"{"key":"\#(self.key())"}"#).status == 404)
            #expect(try await anna.post("\(address)/erase", "{}").status == 400)

            #expect(try await server.database.first("SELECT count(*) FROM opinions", as: Int.self) == 0)
            let log = try await server.database.query(
                """
                SELECT u.name || ' ' || a.via || ' ' || (a.subject = \(person)) || ' ' || (a.details->>'reason')
                FROM audit_log a JOIN users u ON u.id = a.user_id WHERE action = 'participant.erase'
                """, as: String.self)
            #expect(log == ["anna page true asked by mail"])
            let record = try await bert.get(address)
            let erasure = try #require(record.json["erasure"] as? [String: any Sendable])
            #expect(erasure["opinions"] as? Int == 1 && erasure["stances"] as? Int == 1 && erasure["ratings"] as? Int == 0)
            #expect((erasure["models"] as? [any Sendable])?.isEmpty == true)
            #expect(record.json["isErased"] as? Bool == true && !record.text.contains("to be gone"))
            #expect((record.json["can"] as? [String: any Sendable])?["erase"] as? Bool == false)
            let read = try await rita.get(address)
            #expect(read.status == 200 && read.json["isErased"] as? Bool == true && read.json["erasure"] == nil)
        }
    }

    @Test("A reminder arrives on the page, and its words give nothing away") func nudge() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let people = try await group(server)
            let arrived = try await people[0].awaitChanges(2) {
                let id = try await server.database.first("SELECT participant_id::text FROM members WHERE seat = 1", as: String.self)
                let answer = try await anna.post(
                    "\(Self.base)/people/\(id ?? "")/nudge", #"{"key":"\#(UUID())"}"#)
                #expect(answer.status == 200 && answer.json["done"] as? Bool == true)
            }
            #expect(arrived)
            #expect(try await people[0].get("/api/participation")["nudgedAt"] != nil)
            #expect(try await people[1].get("/api/participation")["nudgedAt"] == nil)
        }
    }

    @Test("Beside previews only the page of a record may be framed, and only by our own pages") func framing() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            let seen = try await visitor.get("/admin/seen?study=words&person=x")
            #expect(seen.status == 200 && seen.headers["content-security-policy"]?.contains("frame-ancestors 'self'") == true)
            for path in ["/admin/watch", "/participant/", "/join/words", "/admin/sign-in", "/admin/seen/"] {
                let policy = try await visitor.get(path).headers["content-security-policy"]
                #expect(policy?.contains("frame-ancestors 'none'") == true, "\(path)")
            }
        }
    }

    @Test("The page hears of every change in its study, and of none in another") func events() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let heard = try await anna.awaitChanges(2, at: "\(Self.base)/watch/events") { _ = try await group(server) }
            #expect(heard)
        }
    }
}
