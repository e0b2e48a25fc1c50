import Foundation
import Postgres
import Server
import Studies
import TestSupport
import Testing

@Suite struct StudyAPITests {
    private static func json(_ value: some Encodable) throws -> String { String(decoding: try JSONEncoder().encode(value), as: UTF8.self) }

    private static func file(_ name: String, _ change: (String) -> String = { $0 }) throws -> String {
        try json(["file": change(TestStudy.yaml().replacing("name: words", with: "name: \(name)"))])
    }

    @Test("A study is made, looked at, changed, opened, paused, closed, copied and put away over the API, and the log has it all")
    func wholeLife() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let path = "/api/admin/studies/mine"
            #expect(try await anna.post("/api/admin/studies", Self.file("mine")).status == 201)
            #expect(try await anna.post("/api/admin/studies", Self.file("mine")).status == 409)
            let faulty = try await anna.post("/api/admin/studies", Self.file("x") { $0.replacing("rounds: 1", with: "rounds: 0") })
            #expect(faulty.status == 422 && faulty["detail"]?.contains("rounds must be 1 to 20") == true)
            var study = try await anna.get(path)
            #expect(study["state"] == "draft" && study.json["next"] as? [String] == ["open"])
            #expect((study.json["entry"] as? [String: Any])?["source"] as? String == "open")
            // Whoever makes a study has it, and nobody else.
            #expect(try await anna.get("\(path)/users").text.contains(#""name":"anna""#))
            let other = try await server.signIn("other")
            #expect(try await other.get(path).status == 404)
            // Nor does anybody learn who is in it by excluding them from a study of their own.
            func excluding(_ names: String, by visitor: Visitor) async throws -> Visitor.Answer {
                try await visitor.post(
                    "/api/admin/studies", Self.file("theirs") { $0 + "\nrecruitment: {source: platform, excluded_studies: [\(names)]}\n" })
            }
            let refused = try await excluding("words, mine, never-there", by: other)
            #expect(refused.status == 422 && refused["detail"]?.contains("you do not have: mine, never-there;") == true)
            let looked = try await other.post(
                "/api/admin/study-file/review",
                Self.file("theirs") { $0 + "\nrecruitment:\n  source: platform\n  excluded_studies: [words, mine]\n" })
            #expect(looked.status == 200 && looked.text.contains("you do not have: mine;") && looked.text.contains("excluded_studies"))
            #expect(try await excluding("words", by: other).status == 201)
            let theirs = "/api/admin/studies/theirs/file"
            let theirFile = try #require(try await other.get(theirs)["file"])
            let wider = theirFile.replacing("excluded_studies: [words]", with: "excluded_studies: [words, mine]")
            #expect(try await other.send("PUT", theirs, Self.json(["file": wider])).status == 422)
            // What the command line has put there stays.
            _ = try await StudyCatalog(database: server.database).edit("theirs", with: StudyFile(yaml: wider))
            let narrower = wider.replacing("[words, mine]", with: "[mine]")
            #expect(try await other.send("PUT", theirs, Self.json(["file": narrower])).status == 200)

            let text = try #require(try await anna.get("\(path)/file")["file"])
            let edited = try await anna.post(
                "/api/admin/study-file/edit",
                #"{"file":\#(Self.json(text)),"changes":[{"path":["minutes"],"value":9},{"path":["contact"],"value":"me@example.org"}]}"#)
            let next = try #require(edited["file"])
            #expect(next == text.replacing("minutes: 5\n", with: "minutes: 9\n").replacing("completion: {code: DONE}", with: "completion: {code: DONE}\ncontact: me@example.org"))
            #expect(((edited.json["review"] as? [String: Any])?["faults"] as? [Any])?.isEmpty == true)
            let saved = try await anna.send("PUT", "\(path)/file", #"{"file":\#(Self.json(next)),"base":1}"#)
            #expect(saved.status == 200 && saved.json["version"] as? Int == 2 && saved.json["isRunning"] as? Bool == true)
            #expect(try await anna.send("PUT", "\(path)/file", #"{"file":\#(Self.json(text)),"base":1}"#).status == 409)
            #expect(try await anna.get("\(path)/file?version=1")["file"] == text)
            #expect(try await anna.get("\(path)/file?version=9").status == 404)
            #expect(try await anna.get("\(path)/file?version=x").status == 400)
            #expect(try await anna.get("\(path)/versions").text.contains(#""title":"Minutes""#))

            for (state, status) in [("paused", 409), ("open", 200), ("paused", 200), ("open", 200), ("closed", 200), ("open", 409), ("king", 400)] {
                #expect(try await anna.send("PUT", "\(path)/state", #"{"state":"\#(state)"}"#).status == status, "\(state)")
            }
            #expect(try await anna.post("\(path)/duplicate", #"{"name":"mine-2"}"#).status == 201)
            #expect(try await anna.post("\(path)/duplicate", #"{"name":"mine-2"}"#).status == 409)
            #expect(try await anna.post("\(path)/duplicate", #"{"name":"No Name"}"#).status == 422)
            #expect(try await anna.send("PUT", "\(path)/archived", #"{"archived":true}"#).status == 200)
            study = try await anna.get(path)
            #expect(study["archivedAt"] != nil && (study.json["next"] as? [Any])?.isEmpty == true)
            #expect(try await anna.post("\(path)/notes", #"{"text":" "}"#).status == 422)
            #expect(try await anna.post("\(path)/notes", #"{"text":"Closed early."}"#).status == 201)
            #expect(try await anna.get("\(path)/notes").text.contains("Closed early."))
            let log = try await anna.get("/api/admin/audit?study=mine").text
            for action in ["create", "edit", "open", "pause", "close", "archive", "note"] { #expect(log.contains("study.\(action)\""), "\(action)") }
            #expect(try await anna.get("/api/admin/audit?study=mine-2").text.contains("study.create"))
        }
    }

    @Test("Researchers look, and change nothing; another admin has nothing of a study that is not theirs") func roles() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let rita = try await server.signIn("rita", role: .researcher)
            let other = try await server.signIn("other")
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            let words = "/api/admin/studies/words"
            let preview = try await boss.post("\(words)/previews", "{}")
            let id = try #require(preview["id"])
            for path in ["", "/versions", "/notes", "/file", "/rehearsals"] {
                #expect(try await rita.get(words + path).status == 200, "\(path)")
                #expect(try await other.get(words + path).status == 404, "\(path)")
                #expect(try await Visitor(server.url).get(words + path).status == 401, "\(path)")
            }
            let changes: [(String, String, String)] = [
                ("PUT", "\(words)/state", #"{"state":"paused"}"#), ("PUT", "\(words)/archived", #"{"archived":true}"#),
                ("POST", "\(words)/duplicate", #"{"name":"w2"}"#), ("POST", "\(words)/notes", #"{"text":"x"}"#),
                ("PUT", "\(words)/file", try Self.file("words")), ("POST", "\(words)/previews", "{}"),
                ("POST", "\(words)/rehearsals", #"{"people":3}"#),
            ]
            for (method, path, body) in changes {
                #expect(try await rita.send(method, path, body).status == 403, "\(method) \(path)")
                #expect(try await other.send(method, path, body).status == 404, "\(method) \(path)")
            }
            #expect(try await rita.post("/api/admin/studies", Self.file("ritas")).status == 403)
            #expect(try await rita.post("/api/admin/pictures", #"{"content":"AAAA"}"#).status == 403)
            for visitor in [rita, other, Visitor(server.url)] {
                let status = try await visitor.get("/preview/\(id)/1/api/participation").status
                #expect([401, 403, 404].contains(status))
                #expect(try await visitor.get("/preview/\(id)/1/join/words").status != 200)
                #expect(try await visitor.send("DELETE", "/api/admin/previews/\(id)").status != 204)
            }
            #expect(try await boss.get("/api/admin/previews/\(id)").status == 200)
            #expect(try await boss.get("/api/admin/studies").text.contains("preview-") == false)
        }
    }

    @Test("Three members of a preview go through the study side by side in one browser, without a participant's cookie")
    func preview() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            // Who takes part in this browser as well stays who they are.
            #expect(try await anna.post("/api/studies/words/participants", #"{"consent":true}"#).status == 201)
            let cookies = await anna.cookies
            let begun = try await anna.post("/api/admin/studies/words/previews", "{}")
            let id = try #require(begun["id"]), name = try #require(begun["name"])
            func at(_ seat: Int, _ path: String) -> String { "/preview/\(id)/\(seat)\(path)" }
            for seat in 1...3 {
                let page = try await anna.get(at(seat, "/join/words"))
                #expect(page.status == 200 && page.headers["content-security-policy"]?.contains("frame-ancestors 'self'") == true)
                #expect(page.headers["set-cookie"] == nil && page.headers["cache-control"] == "no-store")
                #expect(try await anna.get(at(seat, "/api/participation")).status == 401)
                let entrance = try await anna.get(at(seat, "/api/studies/words"))
                #expect(entrance["name"] == "words" && entrance["title"] == "Words")
                #expect(try await anna.post(at(seat, "/api/studies/words/participants"), #"{"consent":false}"#).status == 422)
                let joined = try await anna.post(at(seat, "/api/studies/words/participants"), #"{"consent":true}"#)
                #expect(joined.status == 201 && joined["step"] == "instructions" && joined.headers["set-cookie"] == nil)
                #expect(try await anna.post(at(seat, "/api/participation/instructions"), #"{"understood":true}"#).status == 200)
            }
            for seat in 1...3 {
                #expect(try await anna.get(at(seat, "/api/participation"))["step"] == "stance")
                #expect(try await anna.post(at(seat, "/api/participation/stance"), #"{"round":1,"affirming":3,"negating":4}"#)["step"] == "opinion")
            }
            #expect(await anna.cookies == cookies)
            #expect(try await anna.get("/api/participation")["step"] == "instructions")
            #expect(try await anna.post(at(1, "/api/studies/words/return"), #"{"code":"x"}"#).status == 404)
            // Other sites cannot act in it, and other pages cannot be framed.
            let stance = #"{"round":1,"affirming":3,"negating":4}"#
            #expect(try await anna.post(at(1, "/api/participation/stance"), stance, headers: ["Sec-Fetch-Site": "cross-site"]).status == 403)
            for path in ["/join/words", "/admin/", "/participant/"] {
                #expect(try await anna.get(path).headers["content-security-policy"]?.contains("frame-ancestors 'none'") == true)
            }
            // The copy is nowhere else.
            for path in ["/api/studies/\(name)", "/api/admin/studies/\(name)"] { #expect(try await anna.get(path).status == 404) }
            let joining = try await Visitor(server.url).post("/api/studies/\(name)/participants", #"{"consent":true}"#)
            #expect(joining.status == 404)
            for path in ["/preview/x/1/api/participation", at(6, "/api/participation"), at(0, "/join/words"), "/preview/\(UUID())/1/join/words"] {
                #expect(try await anna.get(path).status == 404, "\(path)")
            }
            #expect(try await anna.send("DELETE", "/api/admin/previews/\(id)").status == 204)
            #expect(try await anna.get(at(1, "/api/participation")).status == 404)
            #expect(try await server.database.first("SELECT count(*) FROM participants", as: Int.self) == 1)
        }
    }

    @Test("A text is reviewed with every fault at its line; what needs the database is asked there") func review() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            func review(_ text: String) async throws -> [String: Any] {
                let answer = try await anna.post("/api/admin/study-file/review", Self.json(["file": text]))
                return answer.json["review"] as? [String: Any] ?? [:]
            }
            func sentences(_ review: [String: Any]) -> [String] {
                (review["faults"] as? [[String: Any]] ?? []).map { "\($0["line"] ?? 0): \($0["sentence"] ?? "")" }
            }
            #expect(try await sentences(review(TestStudy.yaml())).isEmpty)
            #expect(try await sentences(review(TestStudy.yaml().replacing("set: examples", with: "set: nothing"))).first?.hasPrefix("4: there is no question set") == true)
            #expect(try await sentences(review("title: [")).count == 1)
            let ranked = try await review(TestStudy.yaml(conditions: "- {name: a, source: model, prompt: zero-shot, model: large@1}"))
            #expect((ranked["warnings"] as? [String])?.first?.contains("cannot be opened yet") == true)
            try await server.database.execute(
                """
                INSERT INTO models (name, version, kind, file, sha256)
                VALUES ('writer', 1, 'base', '/writer.gguf', 'a'), ('scores', 1, 'reward', '/scores.gguf', 'b')
                """)
            let described = try await anna.get("/api/admin/study-file")
            #expect(described.json["questionSets"] as? [String] == ["examples"])
            #expect(described.json["languageModels"] as? [String] == ["writer@1"])
            #expect(described.json["preferenceModels"] as? [String] == ["scores@1"])
            #expect(try await sentences(review(#require(described["template"]))).isEmpty)
            let unreadable = try await anna.post("/api/admin/study-file/edit", #"{"file":"a: [","changes":[{"path":["name"],"value":"x"}]}"#)
            #expect(unreadable.status == 422)
            #expect(try await anna.post("/api/admin/study-file/edit", #"{"file":"a: 1","changes":[{"path":[],"value":"x"}]}"#).status == 422)
            #expect(try await Visitor(server.url).get("/api/admin/study-file").status == 401)
            // Researchers are told what a file says, and change none.
            let rita = try await server.signIn("rita", role: .researcher)
            let change = #"{"file":\#(try Self.json(TestStudy.yaml())),"changes":[{"path":["minutes"],"value":9}]}"#
            #expect(try await rita.post("/api/admin/study-file/review", Self.json(["file": TestStudy.yaml()])).status == 200)
            #expect(try await rita.post("/api/admin/study-file/edit", change).status == 403)
            #expect(try await anna.post("/api/admin/study-file/edit", change).status == 200)
        }
    }

    @Test("What is written to harm the server is refused, and the server goes on", .timeLimit(.minutes(2))) func hostileFiles() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let place = #"[{"path":["conditions","-9223372036854775808","name"],"value":"x"}]"#
            let edited = try await anna.post(
                "/api/admin/study-file/edit", #"{"file":\#(try Self.json(TestStudy.yaml())),"changes":\#(place)}"#)
            #expect(edited.status == 200 && edited["file"] == TestStudy.yaml())
            var references = "k0: &k0 [x,x,x,x,x,x,x,x,x,x]\n"
            for number in 1...12 {
                references += "k\(number): &k\(number) [" + Array(repeating: "*k\(number - 1)", count: 10).joined(separator: ",") + "]\n"
            }
            references += "? *k12\n: 1\n"
            let breaks = "a: 1\nx: 1\u{2028}y:\u{2028}  z: 1\n"
            #expect(try await anna.post("/api/admin/studies", Self.file("mine")).status == 201)
            for (text, words) in [(references, "begins a reference"), (breaks, "a line break of an unusual kind")] {
                let created = try await anna.post("/api/admin/studies", Self.json(["file": text]))
                #expect(created.status == 422 && created["detail"]?.contains(words) == true, "\(created.text)")
                let saved = try await anna.send("PUT", "/api/admin/studies/mine/file", Self.json(["file": text]))
                #expect(saved.status == 422 && saved["detail"]?.contains(words) == true, "\(saved.text)")
                let change = #"{"file":\#(try Self.json(text)),"changes":[{"path":["y","z"],"value":"x"}]}"#
                #expect(try await anna.post("/api/admin/study-file/edit", change).status == 422)
                let review = try await anna.post("/api/admin/study-file/review", Self.json(["file": text]))
                #expect(review.status == 200 && review.text.contains(words), "\(review.text)")
            }
            let long = try await anna.post("/api/admin/studies", Self.json(["file": String(repeating: "#", count: 600_000)]))
            #expect(long.status == 422 && long["detail"]?.contains("longer than 512 KB") == true)
            #expect(try await anna.get("/api/admin/study-file").status == 200)
        }
    }

    @Test("A picture is put in once, seen by everybody, and is never taken for a page") func pictures() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
            let stored = try await anna.post("/api/admin/pictures", #"{"content":"\#(png)"}"#)
            #expect(stored.status == 201)
            let address = try #require(stored["address"])
            let seen = try await Visitor(server.url).get(address)
            #expect(seen.status == 200 && seen.headers["content-type"] == "image/png")
            #expect(seen.headers["x-content-type-options"] == "nosniff" && seen.headers["cache-control"]?.contains("immutable") == true)
            #expect(try await Visitor(server.url).get(address, headers: ["If-None-Match": seen.headers["etag"] ?? ""]).status == 304)
            let html = Data("<html><script>alert(1)</script></html>".utf8).base64EncodedString()
            for content in [html, ""] {
                #expect(try await anna.post("/api/admin/pictures", #"{"content":"\#(content)"}"#).status == 422)
            }
            #expect(try await anna.post("/api/admin/pictures", #"{"content":"not base 64!"}"#).status == 400)
            #expect(try await Visitor(server.url).get("/pictures/\(String(repeating: "0", count: 64))").status == 404)
            #expect(try await anna.get("/api/admin/audit").text.contains("picture.upload"))
        }
    }

    @Test("A study says everything that limits whom it takes, and what keeps it from opening, its budget too") func limits() async throws {
        let more = """
            arms: [{name: one, groups: 1}, {name: two, groups: 2}]
            quotas: {participants: 90, groups: 30, answers: [{question: age, from: 60, participants: 40}]}
            surveys: {entry: [{key: age, kind: number, text: How old are you?, minimum: 0, maximum: 120}]}
            payment: {currency: GBP, base: 6, budget: 10}
            """
        try await RunningServer.with(more: more) { server in
            let anna = try await server.signIn("anna")
            let path = "/api/admin/studies/words"
            let open = try await anna.get(path)
            #expect(open.json["wantedPeople"] as? Int == 90 && open.json["wantedGroups"] as? Int == 3)
            let arms = try #require(open.json["wantedInArms"] as? [[String: any Sendable]])
            #expect(arms.compactMap { $0["name"] as? String } == ["one", "two"])
            #expect(arms.compactMap { $0["groups"] as? Int } == [1, 2])
            #expect(open.json["answerQuotas"] as? Int == 1 && open.json["budgetPlaces"] as? Int == 1)
            #expect((open.json["obstacles"] as? [String])?.isEmpty == true)
            let studies = try await anna.get("/api/admin/studies").json["studies"] as? [[String: any Sendable]]
            let listed = try #require(studies?.first)
            #expect(listed["wanted"] as? Int == 90 && listed["wantedGroups"] as? Int == 3 && listed["finishedGroups"] as? Int == 0)

            // Whoever comes is promised 6 of the 10.
            _ = try await Enrolment(database: server.database).join("words", synthetic: false)
            #expect(try await anna.send("PUT", "\(path)/state", #"{"state":"paused"}"#).status == 200)
            let paused = try await anna.get(path)
            let obstacles = try #require(paused.json["obstacles"] as? [String])
            let obstacle = try #require(obstacles.first)
            #expect(obstacles.count == 1 && obstacle.hasPrefix("of its budget of 10.00 only 4.00 is left"))
            #expect(paused.json["budgetPlaces"] as? Int == 0)
            // Researchers see no payments, and so not how the budget stands.
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await anna.send("PUT", "\(path)/users/rita").status == 200)
            let read = try await rita.get(path)
            #expect(read.status == 200 && read.json["budgetPlaces"] == nil && (read.json["obstacles"] as? [String])?.isEmpty == true)
            let refused = try await anna.send("PUT", "\(path)/state", #"{"state":"open"}"#)
            #expect(refused.status == 409 && refused["detail"]?.contains(obstacle) == true)

            let file = try #require(try await anna.get("\(path)/file")["file"])
            let richer = try Self.json(["file": file.replacing("budget: 10", with: "budget: 100")])
            #expect(try await anna.send("PUT", "\(path)/file", richer).status == 200)
            let ready = try await anna.get(path)
            #expect((ready.json["obstacles"] as? [String])?.isEmpty == true && ready.json["budgetPlaces"] as? Int == 15)
            #expect(try await anna.send("PUT", "\(path)/state", #"{"state":"open"}"#).status == 200)
            // What will not be opened again has nothing in its way.
            #expect(try await anna.send("PUT", "\(path)/file", Self.json(["file": file])).status == 200)
            #expect((try await anna.get(path).json["obstacles"] as? [String])?.count == 1)
            #expect(try await anna.send("PUT", "\(path)/state", #"{"state":"closed"}"#).status == 200)
            #expect((try await anna.get(path).json["obstacles"] as? [String])?.isEmpty == true)
        }
    }

    @Test("A rehearsal is asked for once, within bounds, and is shown with the study") func rehearsals() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let path = "/api/admin/studies/words/rehearsals"
            for body in [#"{"people":0}"#, #"{"people":501}"#, #"{"people":3,"dropout":0.95}"#, #"{"people":3,"arrivalMinutes":61}"#] {
                #expect(try await anna.post(path, body).status == 422, "\(body)")
            }
            #expect(try await anna.post(path, #"{"people":3,"pace":"slow"}"#).status == 400)
            let asked = try await anna.post(path, #"{"people":3}"#)
            #expect(asked.status == 202 && asked["state"] == "waiting")
            #expect(try await anna.post(path, #"{"people":6}"#)["id"] == asked["id"])
            #expect((try await anna.get(path).json["jobs"] as? [Any])?.count == 1)
        }
    }
}
