import Foundation
import Postgres
import Server
import Studies
import Testing

@Suite struct ParticipantAPITests {
    /// Takes a visitor past the instructions.
    private func arrive(_ server: RunningServer) async throws -> Visitor {
        let visitor = Visitor(server.url)
        let joined = try await visitor.post("/api/studies/words/participants", #"{"consent":true}"#)
        #expect(joined.status == 201)
        #expect(joined["step"] == "instructions")
        let lobby = try await visitor.post("/api/participation/instructions", #"{"understood":true}"#)
        #expect(lobby.status == 200)
        return visitor
    }

    @Test("The session cookie is opaque, out of reach of scripts, and not sent along by other sites")
    func cookie() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            let answer = try await visitor.post("/api/studies/words/participants", #"{"consent":true}"#)
            let cookie = try #require(answer.headers["set-cookie"])
            #expect(cookie.contains("HttpOnly"))
            #expect(cookie.contains("SameSite=Lax"))
            let value = try #require(await visitor.cookie?.split(separator: "=").last.map(String.init))
            #expect(value.count == 43)
            // Only its hash is kept.
            let stored = try await server.database.query("SELECT encode(hash, 'escape') FROM sessions", as: String.self)
            #expect(stored.count == 1 && !stored[0].contains(value))
            // The same person again is the same person.
            let again = try await visitor.post("/api/studies/words/participants", #"{"consent":true}"#)
            #expect(again.status == 200)
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 1)
        }
    }

    @Test("Bad requests get a problem with one sentence, and change nothing")
    func problems() async throws {
        try await RunningServer.with { server in
            let stranger = Visitor(server.url)
            var answer = try await stranger.get("/api/participation")
            #expect(answer.status == 401)
            #expect(answer.headers["content-type"] == "application/problem+json")
            #expect(answer["detail"]?.contains("open the link of your study again") == true)
            answer = try await stranger.get("/api/participation/events")
            #expect(answer.status == 401)
            answer = try await stranger.get("/api/studies/nothing")
            #expect(answer.status == 404 && answer["detail"] == "there is no study named nothing")
            answer = try await stranger.get("/no/such/page")
            #expect(answer.status == 404)
            answer = try await stranger.get("/../Package.swift")
            #expect(answer.status == 404 || answer.status == 400)
            answer = try await stranger.post("/api/studies/words/participants", #"{"consent":false}"#)
            #expect(answer.status == 422)
            answer = try await stranger.post("/api/studies/words/participants", "{")
            #expect(answer.status == 400)
            #expect(answer.headers["content-type"] == "application/problem+json")
            answer = try await stranger.post(
                "/api/studies/words/participants", "consent=true",
                headers: ["Content-Type": "application/x-www-form-urlencoded"])
            #expect(answer.status == 415)
            answer = try await stranger.post(
                "/api/studies/words/participants", #"{"consent":true}"#, headers: ["Sec-Fetch-Site": "cross-site"])
            #expect(answer.status == 403)
            answer = try await stranger.post(
                "/api/studies/words/participants", #"{"consent":true}"#, headers: ["Authorization": "Bearer wrong"])
            #expect(answer.status == 401)
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 0)

            let visitor = try await arrive(server)
            _ = try await arrive(server)
            _ = try await arrive(server)
            answer = try await visitor.post("/api/participation/stance", #"{"round":1,"affirming":0,"negating":4}"#)
            #expect(answer.status == 422 && answer["detail"]?.contains("from 1 to 7") == true)
            answer = try await visitor.post("/api/participation/stance", #"{"round":1,"affirming":"x"}"#)
            #expect(answer.status == 400)
            answer = try await visitor.post("/api/participation/opinion", #"{"round":1,"text":"too soon to say"}"#)
            #expect(answer.status == 409)
            answer = try await visitor.post("/api/participation/stance", #"{"round":1,"affirming":3,"negating":4}"#)
            #expect(answer.status == 200 && answer["step"] == "opinion")
            answer = try await visitor.post("/api/participation/opinion", #"{"round":1,"text":"short"}"#)
            #expect(answer.status == 422 && answer["detail"]?.contains("at least 3 words") == true)
            let long = String(repeating: "word ", count: 40_000)
            answer = try await visitor.post("/api/participation/opinion", #"{"round":1,"text":"\#(long)"}"#)
            #expect(answer.status == 413)
            answer = try await visitor.post(
                "/api/participation/rating", #"{"statement":"not-a-uuid","agreement":3,"quality":4}"#)
            #expect(answer.status == 400)
            #expect(try await server.database.first("SELECT count(*) FROM opinions", as: Int.self) == 0)
        }
    }

    @Test("A waiting browser is told when somebody else arrives")
    func events() async throws {
        try await RunningServer.with { server in
            let waiting = try await arrive(server)
            let told = try await waiting.awaitChanges(2) { _ = try await arrive(server) }
            #expect(told)
        }
    }

    @Test("A token of the server's marks people as synthetic; nobody else is")
    func synthetic() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            let answer = try await visitor.post(
                "/api/studies/words/participants", #"{"consent":true}"#,
                headers: ["Authorization": "Bearer \(server.token)"])
            #expect(answer.status == 201)
            _ = try await arrive(server)
            #expect(
                try await server.database.query(
                    "SELECT synthetic FROM participants ORDER BY consented_at", as: Bool.self) == [true, false])
        }
    }

    @Test("Health says that the process lives; readiness says what is missing")
    func health() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            #expect(try await visitor.get("/healthz").status == 200)
            let ready = try await visitor.get("/readyz")
            // This server has no worker, so it has no model either.
            #expect(ready.status == 503)
            #expect(ready.json["database"] as? Bool == true)
            #expect(ready.json["migrations"] as? Bool == true)
            #expect(ready.json["model"] as? Bool == false)
        }
    }

    @Test("Pages carry a strict content security policy; state is never cached")
    func headers() async throws {
        try await RunningServer.with { server in
            let visitor = try await arrive(server)
            let page = try await visitor.get("/join/words")
            #expect(page.status == 200)
            #expect(page.text.contains("<html"))
            #expect(page.headers["content-security-policy"]?.contains("default-src 'self'") == true)
            #expect(page.headers["referrer-policy"] == "no-referrer")
            #expect(try await visitor.get("/api/participation").headers["cache-control"] == "no-store")
        }
    }

    @Test("With the real model, three people get statements of every condition and learn nothing of conditions")
    func wholeRound() async throws {
        let conditions = """
            - {name: secret-full, source: model, prompt: zero-shot, candidates: 2}
              - {name: secret-gap, source: model, prompt: zero-shot, candidates: 2, exclude: 1}
              - {name: secret-words, source: human-opinion}
            """
        try await RunningServer.with(conditions: conditions, withWorker: true) { server in
            #expect(try await Visitor(server.url).get("/readyz").status == 200)
            let opinions = [
                "I think we should do this because it helps many people who struggle today.",
                "I am against it since the costs would fall on those who can least afford them.",
                "It depends on how it is done, but a careful trial in a few towns seems wise.",
            ]
            var visitors: [Visitor] = []
            for _ in opinions { visitors.append(try await arrive(server)) }
            for (visitor, opinion) in zip(visitors, opinions) {
                _ = try await visitor.post("/api/participation/stance", #"{"round":1,"affirming":5,"negating":2}"#)
                let answer = try await visitor.post(
                    "/api/participation/opinion", #"{"round":1,"text":"\#(opinion)"}"#)
                #expect(answer["step"] == "waiting")
            }
            for visitor in visitors {
                var state = try await visitor.get("/api/participation")
                var rated = 0
                while state["step"] != "debriefing" {
                    if state["step"] == "rating" {
                        let statement = try #require(state.json["statement"] as? [String: any Sendable])
                        let id = try #require(statement["id"] as? String)
                        #expect(
                            try await visitor.post("/api/participation/shown", #"{"statement":"\#(id)"}"#).status == 204)
                        state = try await visitor.post(
                            "/api/participation/rating", #"{"statement":"\#(id)","agreement":5,"quality":6}"#)
                        #expect(state.status == 200)
                        rated += 1
                    } else if (state.json["waiting"] as? [String: any Sendable])?["for"] as? String == "ratings" {
                        break
                    } else {
                        try await Task.sleep(for: .milliseconds(200))
                        state = try await visitor.get("/api/participation")
                    }
                }
                #expect(rated >= 2)
            }
            // What the model wrote may hold any word.
            let statements = try await server.database.query("SELECT text FROM statements", as: String.self).map { text in
                String(decoding: try JSONEncoder().encode(text), as: UTF8.self).lowercased()
            }
            #expect(statements.count >= 2)
            // So may the questions, which are drawn.
            let questions = try await server.database.query(
                """
                SELECT DISTINCT unnest(ARRAY[q.question, q.affirming_statement, q.negating_statement])
                FROM rounds r JOIN questions q ON q.id = r.question_id
                """, as: String.self
            ).map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self).lowercased() }
            for visitor in visitors {
                #expect(try await visitor.get("/api/participation")["step"] == "debriefing")
                let bytes = await (statements + questions).reduce(visitor.received.lowercased()) { $0.replacing($1, with: "") }
                for word in ["secret", "exclu", "model", "smollm", "condition", "welfare", "zero-shot"] {
                    #expect(!bytes.contains(word), "a participant's browser received \(word)")
                }
            }
            let traced = try await server.database.query(
                """
                SELECT condition, model_sha256, prompt_version, (SELECT count(*) FROM candidates c
                       WHERE c.generation_id = g.id AND c.chosen) FROM generations g WHERE source = 'model'
                """, as: (String, String?, String?, Int).self)
            #expect(traced.count == 2)
            #expect(traced.allSatisfy { $0.1?.count == 64 && $0.2 != nil && $0.3 == 1 })
        }
    }
}
