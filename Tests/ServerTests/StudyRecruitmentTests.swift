import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct StudyRecruitmentTests {
    private static let path = "/api/admin/studies/words"
    private static let join = "/api/studies/words/participants"
    private static let consent = #"{"consent":true}"#
    private static let platform = "recruitment: {source: platform, attributes: [party, age]}"

    private struct Overview: Decodable {
        let source: String
        let invitations: Invitations.Tally
        let attributes: [String]
        let known: KnownAttributes
    }

    private func overview(_ visitor: Visitor) async throws -> Overview {
        try JSONDecoder().decode(Overview.self, from: Data(try await visitor.get("\(Self.path)/recruitment").text.utf8))
    }

    private func post(_ visitor: Visitor, _ what: String, _ values: [String: String]) async throws -> Visitor.Answer {
        try await visitor.post("\(Self.path)/\(what)", String(decoding: try JSONEncoder().encode(values), as: UTF8.self))
    }

    /// Somebody comes by the platform's link, and agrees to take part.
    private func come(_ id: String, to server: RunningServer) async throws -> Visitor {
        let visitor = Visitor(server.url)
        _ = try await visitor.get("/join/words?PROLIFIC_PID=\(id)&STUDY_ID=s&SESSION_ID=\(id)-s")
        #expect(try await visitor.post(Self.join, Self.consent).status == 201)
        return visitor
    }

    /// Lines of the log about recruitment: by whom, what, to whom.
    private func logged(_ server: RunningServer) async throws -> [String] {
        try await server.database.query(
            """
            SELECT coalesce(u.name, 'nobody') || ' ' || a.via || ' ' || a.action || ' ' || coalesce(a.subject, '') || ' ' || a.details::text
            FROM audit_log a JOIN studies s ON s.id = a.study_id LEFT JOIN users u ON u.id = a.user_id
            WHERE a.action IN ('study.invite', 'study.attributes', 'participant.returned', 'submissions.file') ORDER BY a.id
            """, as: String.self)
    }

    @Test("Invitations are made over the API, told once, let in one person each, and are counted and logged")
    func invitations() async throws {
        try await RunningServer.with(more: "recruitment: {source: invitation}") { server in
            let boss = try await server.signIn("boss")
            let made = try await boss.post("\(Self.path)/invitations", #"{"count":3}"#)
            let links = try #require(made.json["links"] as? [String])
            #expect(made.status == 201 && Set(links).count == 3 && links.allSatisfy { $0.hasPrefix("/join/words?invitation=") })
            let first = Visitor(server.url), second = Visitor(server.url)
            for visitor in [first, second] { _ = try await visitor.get(links[0]) }
            #expect(try await first.post(Self.join, Self.consent).status == 201)
            #expect(try await second.post(Self.join, Self.consent).status == 409)
            for (body, status) in [(#"{"count":0}"#, 422), (#"{"count":10001}"#, 422), (#"{"count":"x"}"#, 400), ("{}", 400)] {
                #expect(try await boss.post("\(Self.path)/invitations", body).status == status, "\(body)")
            }
            let many = try await boss.post("\(Self.path)/invitations", #"{"count":10000}"#)
            #expect(many.status == 201 && (many.json["links"] as? [String])?.count == 10_000)
            let now = try await overview(boss)
            #expect(now.source == "invitation" && now.invitations.made == 10_003 && now.invitations.used == 1)
            #expect(
                try await logged(server) == [
                    #"boss page study.invite  {"count": "3"}"#, #"boss page study.invite  {"count": "10000"}"#,
                ])
            let secret = try #require(links[0].split(separator: "=").last)
            #expect(try await !boss.get("/api/admin/audit?study=words").text.contains(secret))
        }
    }

    @Test("A study that does not take people by invitation, or asks for no attributes, says what its file needs")
    func notAsked() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            #expect(try await overview(boss).source == "open")
            let invited = try await boss.post("\(Self.path)/invitations", #"{"count":1}"#)
            #expect(invited.status == 409 && invited["detail"]?.contains("recruitment: {source: invitation}") == true)
            let attached = try await post(boss, "attributes", ["text": "Participant id\np1\n"])
            #expect(attached.status == 409 && attached["detail"]?.contains("recruitment.attributes") == true)
            #expect(try await logged(server) == [])
        }
    }

    @Test("What is known of people is loaded from a file, and nothing of it where a row cannot be used")
    func attributes() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            let boss = try await server.signIn("boss")
            let header = "Participant id,party,age\n"
            for (text, words) in [
                ("party,age\nA,3\n", "no column named Participant id"), ("Participant id,party\np1,A\n", "no column named age"),
                ("\(header)p1,A,3\nnot an id,B,4\n", "row 3: not an id is no platform id"),
                ("\(header)p1,A,3\n\np2,B,4\np1,B,4\n", "row 5: p1 is there twice"), (header, "nobody in the file"),
                ("\(header)p1,\"A,3\n", "begins on line 2 has no closing quote"), ("\(header)p1,A\u{0},3\n", "NUL"),
            ] as [(String, String)] {
                let refused = try await post(boss, "attributes", ["text": text])
                #expect(refused.status == 422 && refused["detail"]?.contains(words) == true, "\(words): \(refused.text)")
            }
            #expect(try await boss.post("\(Self.path)/attributes", "{}").status == 400)
            #expect(try await overview(boss).known.people == 0)

            let loaded = try await post(boss, "attributes", ["text": "\u{FEFF}Participant id;party;age;other\r\np1;A;40;x\r\np2;B;;y\r\n"])
            #expect(loaded.status == 200 && loaded.json["read"] as? Int == 2)
            let known = try await overview(boss).known
            #expect(known.people == 2 && known.attributes.map(\.name) == ["age", "party"] && known.attributes.map(\.people) == [1, 2])
            // A file that is longer than what a participant may send.
            let many = (1...20_000).map { "q\($0),C,\($0 % 90)\n" }.joined()
            #expect(try await post(boss, "attributes", ["text": "id,party,age\np2,C,50\n" + many, "column": "id"]).status == 200)
            #expect(try await overview(boss).known.people == 20_002)
            for id in ["p1", "p2"] { _ = try await come(id, to: server) }
            #expect(
                try await server.database.query(
                    "SELECT attributes->>'party' || (attributes->>'age') FROM participants ORDER BY platform_id", as: String.self)
                    == ["A40", "C50"])
            #expect(
                try await logged(server) == [
                    #"boss page study.attributes  {"people": "2"}"#, #"boss page study.attributes  {"people": "20001"}"#,
                ])
        }
    }

    @Test("Submissions are listed with their codes; those that were returned on the platform end, each with its line in the log")
    func submissions() async throws {
        try await RunningServer.with(more: Self.platform + "\nquotas: {participants: 2}") { server in
            let boss = try await server.signIn("boss")
            let first = try await come("p1", to: server), second = try await come("p2", to: server)
            for (text, words) in [("p1\nno id\n", "row 2: no id is no platform id"), ("a,b\n1,2\n", "no column named Participant id")] {
                let refused = try await post(boss, "submissions/returned", ["text": text])
                #expect(refused.status == 422 && refused["detail"]?.contains(words) == true, "\(refused.text)")
            }
            #expect(try await boss.post("\(Self.path)/submissions/returned", "{}").status == 400)
            #expect(try await first.get("/api/participation")["step"] == "instructions")

            func returned(_ answer: Visitor.Answer) throws -> ReturnedSubmissions {
                #expect(answer.status == 200, "\(answer.text)")
                return try JSONDecoder().decode(ReturnedSubmissions.self, from: Data(answer.text.utf8))
            }
            let file = "Submission id,Participant id,Status\n1,p1,RETURNED\n2,p2,APPROVED\n3,stranger,TIMED-OUT\n"
            let once = try returned(try await post(boss, "submissions/returned", ["text": file]))
            #expect(once.ended == ["p1"] && once.over == [] && once.unknown == ["stranger"])
            #expect(try await first.get("/api/participation")["step"] == "ended")
            #expect(try await second.get("/api/participation")["step"] == "instructions")
            let again = try returned(try await post(boss, "submissions/returned", ["text": "p1\np1\nnobody\n"]))
            #expect(again.ended == [] && again.over == ["p1"] && again.unknown == ["nobody"])
            // The place is free.
            _ = try await come("p3", to: server)
            let other = #"{"text":"worker,state\np3,Done\np2,Sent back\n","column":"worker","statusColumn":"state","statuses":["sent back"]}"#
            let byOtherNames = try returned(try await boss.post("\(Self.path)/submissions/returned", other))
            #expect(byOtherNames.ended == ["p2"] && byOtherNames.over == [] && byOtherNames.unknown == [])

            try await server.database.execute("UPDATE participants SET stage = 'done' WHERE platform_id = 'p3'")
            let list = try #require(try await boss.get("\(Self.path)/submissions").json["submissions"] as? [[String: any Sendable]])
            #expect(list.map { $0["platformID"] as? String } == ["p1", "p2", "p3"])
            #expect(list.map { $0["stage"] as? String } == ["ended", "ended", "done"])
            #expect(list.map { $0["endReason"] as? String } == ["returned", "returned", nil])
            #expect(list.map { $0["code"] as? String } == [nil, nil, "DONE"])
            let csv = try await boss.get("\(Self.path)/submissions/file")
            #expect(csv.headers["content-type"] == "text/csv; charset=utf-8")
            #expect(csv.headers["content-disposition"] == #"attachment; filename="words-submissions.csv""#)
            #expect(csv.text == "platform_id,stage,end_reason,code\np1,ended,returned,\np2,ended,returned,\np3,done,,DONE\n")
            #expect(
                try await logged(server) == [
                    "boss page participant.returned p1 {}", "boss page participant.returned p2 {}", "boss page submissions.file  {}",
                ])
        }
    }

    @Test("Researchers, and admins of other studies, recruit nobody, and learn no id of the platform")
    func roles() async throws {
        try await RunningServer.with(more: Self.platform) { server in
            let boss = try await server.signIn("boss"), other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "\(Self.path)/users/rita").status == 200)
            let person = try await come("PLATFORM-ID-1", to: server)
            let text = "Participant id,party,age\nPLATFORM-ID-1,A,3\n"
            for (visitor, status) in [(rita, 403), (other, 404), (Visitor(server.url), 401)] {
                for what in ["recruitment", "submissions", "submissions/file"] {
                    let refused = try await visitor.get("\(Self.path)/\(what)")
                    #expect(refused.status == status && !refused.text.contains("PLATFORM-ID"), "\(what)")
                }
                #expect(try await visitor.post("\(Self.path)/invitations", #"{"count":1}"#).status == status)
                #expect(try await post(visitor, "attributes", ["text": text]).status == status)
                #expect(try await post(visitor, "submissions/returned", ["text": "PLATFORM-ID-1"]).status == status)
            }
            #expect(try await overview(boss).known.people == 0)
            #expect(try await person.get("/api/participation")["step"] == "instructions")
            #expect(try await logged(server) == [])
        }
    }

    @Test("What cannot be written into the log is not done")
    func unlogged() async throws {
        try await RunningServer.with(more: "recruitment: {source: invitation}") { server in
            let boss = try await server.signIn("boss")
            try await server.database.execute("ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (id < 0) NOT VALID")
            #expect(try await boss.post("\(Self.path)/invitations", #"{"count":1}"#).status == 500)
            #expect(try await overview(boss).invitations.made == 0)
        }
        try await RunningServer.with(more: Self.platform) { server in
            let boss = try await server.signIn("boss"), person = try await come("p1", to: server)
            let token = try await Tokens(database: server.database).create(.recruitment, name: "script").text
            try await server.database.execute("ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (id < 0) NOT VALID")
            #expect(try await post(boss, "attributes", ["text": "Participant id,party,age\np1,A,3\n"]).status == 500)
            #expect(try await post(boss, "submissions/returned", ["text": "p1"]).status == 500)
            #expect(try await boss.get("\(Self.path)/submissions/file").status == 500)
            let byScript = try await Visitor(server.url).post(
                "/api/studies/words/submissions/returned", #"{"platform_ids":["p1"]}"#, headers: ["Authorization": "Bearer \(token)"])
            #expect(byScript.status == 500)
            #expect(try await overview(boss).known.people == 0)
            #expect(try await person.get("/api/participation")["step"] == "instructions")
        }
    }
}
