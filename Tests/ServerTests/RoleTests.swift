import Foundation
import Postgres
import Server
import Studies
import Testing

@Suite struct RoleTests {
    @Test("Researchers read what is shared with them, and change nothing") func researchers() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let rita = try await server.signIn("rita", role: .researcher)
            func studies(_ visitor: Visitor) async throws -> Int? {
                (try await visitor.get("/api/admin/studies").json["studies"] as? [any Sendable])?.count
            }
            // A study of the command line is every admin's, and no researcher's.
            #expect(try await studies(boss) == 1)
            #expect(try await studies(rita) == 0)
            #expect(try await rita.get("/api/admin/studies/words/users").status == 404)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            #expect(try await studies(boss) == 1)
            #expect(try await studies(rita) == 1)
            #expect(try await rita.get("/api/admin/studies/words/users").status == 200)
            for (method, path, body) in [
                ("PUT", "studies/words/users/rita", nil), ("DELETE", "studies/words/users/boss", nil), ("GET", "users", nil),
                ("POST", "users", #"{"name":"me","role":"admin"}"#), ("PATCH", "users/boss", #"{"disabled":true}"#),
                ("PATCH", "users/rita", #"{"role":"admin"}"#), ("POST", "users/boss/password", "{}"), ("GET", "audit", nil),
            ] as [(String, String, String?)] {
                #expect(try await rita.send(method, "/api/admin/\(path)", body).status == 403, "\(method) \(path)")
            }
        }
    }

    @Test("A study that is shared is nobody else's, and never nobody's") func otherStudies() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let other = try await server.signIn("other")
            _ = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/rita").status == 200)
            for path in ["studies/words/users", "audit?study=words"] {
                #expect(try await other.get("/api/admin/\(path)").status == 404)
            }
            #expect(try await other.send("PUT", "/api/admin/studies/words/users/other").status == 404)
            let log = try await other.get("/api/admin/audit").text
            #expect(!log.contains("words") && !log.contains("study.share"))
            #expect(try await boss.get("/api/admin/audit?study=words").text.contains("study.share"))
            // Not by the last who could give it back.
            #expect(try await boss.send("DELETE", "/api/admin/studies/words/users/boss").status == 409)
            #expect(try await boss.send("PUT", "/api/admin/studies/words/users/other").status == 200)
            #expect(try await boss.send("DELETE", "/api/admin/studies/words/users/boss").status == 200)
            #expect(try await boss.get("/api/admin/studies/words/users").status == 404)
            #expect(try await other.get("/api/admin/studies/words/users").status == 200)
            #expect(try await other.send("PUT", "/api/admin/studies/words/users/nobody").status == 404)
        }
    }

    @Test("A study is never out of every admin's hands: not shared with a researcher only, nor with an admin who is kept out")
    func orphans() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss"), other = try await server.signIn("other")
            _ = try await server.signIn("rita", role: .researcher)
            let users = Users(database: server.database), access = StudyAccess(database: server.database)
            let study = try await StudyCatalog(database: server.database).study(named: "words")
            let path = "/api/admin/studies/words/users"
            try await access.share(study.id, with: "rita", by: .commandLine)
            for admin in [boss, other] { #expect(try await admin.get(path).status == 200) }
            // Nothing that every admin has is the last one's.
            try await access.unshare(study, from: "rita", by: .commandLine)

            #expect(try await boss.send("PUT", "\(path)/rita").status == 200)
            #expect(try await other.get(path).status == 404)
            try await users.setDisabled(true, of: "boss", by: .commandLine)
            #expect(try await other.get(path).status == 200)
            try await users.setDisabled(false, of: "boss")
            #expect(try await other.get(path).status == 404)
            try await users.setRole(of: "boss", to: .researcher, by: .commandLine)
            #expect(try await other.get(path).status == 200)
            // Whoever shares it now has it by name, and keeps it.
            #expect(try await other.send("PUT", "\(path)/rita").status == 200)
            try await users.setRole(of: "boss", to: .admin)
            #expect(try await other.get(path).status == 200)
            await #expect(throws: UserError.lastShare(study: "words")) {
                try await users.setDisabled(true, of: "boss")
                try await access.unshare(study, from: "other", by: .commandLine)
            }
            let log = try await server.database.query(
                "SELECT action FROM audit_log WHERE via = 'command-line' AND action NOT LIKE 'questions.%' ORDER BY id", as: String.self)
            #expect(log == ["study.share", "study.unshare", "user.disable", "user.role"])
        }
    }

    @Test("No admin comes by a study by keeping out whoever has it, or by a password of theirs") func takingOver() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss"), other = try await server.signIn("other")
            let rita = try await server.signIn("rita", role: .researcher)
            let path = "/api/admin/studies/words/users"
            #expect(try await boss.send("PUT", "\(path)/rita").status == 200)
            let changes = [
                ("PATCH", "boss", #"{"disabled":true}"#, "disable boss"),
                ("PATCH", "boss", #"{"role":"researcher"}"#, "role boss researcher"),
                ("POST", "boss/password", "{}", "reset-password boss"), ("POST", "rita/password", "{}", "reset-password rita"),
            ]
            for (method, address, body, command) in changes {
                let refused = try await other.send(method, "/api/admin/users/\(address)", body)
                #expect(refused.status == 409 && refused["detail"]?.hasSuffix(": concord user \(command)") == true, "\(command)")
                #expect(!refused.text.contains("words"), "\(command)")
            }
            for visitor in [boss, rita] { #expect(try await visitor.get(path).status == 200) }
            #expect(try await other.get(path).status == 404)
            // What gives nobody anything is as it was.
            for (name, body) in [
                ("boss", #"{"role":"admin"}"#), ("boss", #"{"disabled":false}"#), ("rita", #"{"disabled":true}"#),
                ("rita", #"{"disabled":false}"#),
            ] {
                #expect(try await other.send("PATCH", "/api/admin/users/\(name)", body).status == 200, "\(name) \(body)")
            }
            // Where another admin has the study too, it falls to nobody; the password is as before.
            _ = try await server.signIn("third")
            #expect(try await boss.send("PUT", "\(path)/third").status == 200)
            #expect(try await other.post("/api/admin/users/third/password", "{}").status == 409)
            #expect(try await other.send("PATCH", "/api/admin/users/third", #"{"disabled":true}"#).status == 200)
            #expect(try await other.send("PATCH", "/api/admin/users/boss", #"{"disabled":true}"#).status == 409)
            #expect(try await other.get(path).status == 404)
            // A preview is nobody's, and keeps nobody from anything.
            #expect(try await boss.post("/api/admin/studies/words/previews", "{}").status == 201)
            // Whoever has all of the studies may.
            #expect(try await boss.send("PUT", "\(path)/other").status == 200)
            for (method, address, body, command) in changes {
                #expect(try await other.send(method, "/api/admin/users/\(address)", body).status == 200, "\(command)")
            }
        }
    }

    @Test("Of a role and being kept out, asked for together, both are done or neither") func bothOrNeither() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            _ = try await server.signIn("rita", role: .researcher)
            let study = try await StudyCatalog(database: server.database).study(named: "words")
            // As an admin she would be the only one who has it, and cannot be kept out then.
            try await StudyAccess(database: server.database).share(study.id, with: "rita", by: .commandLine)
            func rita() async throws -> User { try await Users(database: server.database).user(named: "rita") }
            func log() async throws -> [String] {
                try await server.database.query(
                    "SELECT action FROM audit_log WHERE subject = 'rita' AND via = 'page' ORDER BY id", as: String.self)
            }
            let before = try await log()
            let refused = try await boss.send("PATCH", "/api/admin/users/rita", #"{"role":"admin","disabled":true}"#)
            #expect(refused.status == 409)
            #expect(try await rita().role == .researcher)
            #expect(try await rita().disabledAt == nil)
            #expect(try await log() == before)
            let done = try await boss.send("PATCH", "/api/admin/users/rita", #"{"role":"researcher","disabled":true}"#)
            #expect(done.status == 200)
            #expect(try await rita().disabledAt != nil)
            #expect(try await log() == before + ["user.role", "user.disable"])
            #expect(try await boss.send("PATCH", "/api/admin/users/nobody", "{}").status == 404)
        }
    }

    @Test("Nobody locks the last admin out, or themselves") func lastAdmin() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            for body in [#"{"disabled":true}"#, #"{"role":"researcher"}"#] {
                #expect(try await boss.send("PATCH", "/api/admin/users/boss", body).status == 409)
                await #expect(throws: UserError.lastAdmin) {
                    try await Users(database: server.database).setDisabled(true, of: "boss")
                }
            }
            #expect(try await boss.post("/api/admin/users/boss/password", "{}").status == 409)
            #expect(try await boss.post("/api/admin/users", #"{"name":"boss","role":"admin"}"#).status == 409)
            #expect(try await boss.post("/api/admin/users", #"{"name":"Not A Name","role":"admin"}"#).status == 422)
            #expect(try await boss.post("/api/admin/users", #"{"name":"x","role":"king"}"#).status == 400)
            #expect(try await boss.send("PATCH", "/api/admin/users/nobody", #"{"disabled":true}"#).status == 404)
        }
    }

    @Test("A token does what its user may, until it is revoked or its user disabled") func tokens() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            let anna = try await server.signIn("anna")
            #expect(try await anna.post("/api/admin/tokens", #"{"name":""}"#).status == 422)
            let made = try await anna.post("/api/admin/tokens", #"{"name":"nightly"}"#)
            let token = ["Authorization": "Bearer \(try #require(made["token"]))"]
            let script = Visitor(server.url)
            let me = try await script.get("/api/admin/session", headers: token)
            #expect(me.status == 200 && me["name"] == "anna")
            #expect(try await script.get("/api/admin/session", headers: ["Authorization": "Bearer x"]).status == 401)
            // A token of another kind is none of a user's.
            #expect(
                try await script.get("/api/admin/session", headers: ["Authorization": "Bearer \(server.token)"]).status == 401)
            let change = #"{"present":"four words for anna","next":"other words for anna"}"#
            #expect(try await script.send("PUT", "/api/admin/session/password", change, headers: token).status == 401)
            #expect(try await boss.send("PATCH", "/api/admin/users/anna", #"{"disabled":true}"#).status == 200)
            #expect(try await script.get("/api/admin/session", headers: token).status == 401)
            #expect(try await boss.send("PATCH", "/api/admin/users/anna", #"{"disabled":false}"#).status == 200)
            #expect(try await script.get("/api/admin/session", headers: token).status == 200)
            let list = try await script.get("/api/admin/tokens", headers: token)
            let id = try #require(((list.json["tokens"] as? [[String: any Sendable]])?.first)?["id"] as? String)
            #expect(try await boss.send("DELETE", "/api/admin/tokens/\(id)").status == 404)
            #expect(try await script.send("DELETE", "/api/admin/tokens/\(id)", headers: token).status == 204)
            #expect(try await script.get("/api/admin/session", headers: token).status == 401)
            // Whoever had the password may have made a token; with a new one, none of them is good any more.
            #expect(try await anna.post("/api/admin/session", #"{"name":"anna","password":"four words for anna"}"#).status == 200)
            let other = ["Authorization": "Bearer \(try #require(try await anna.post("/api/admin/tokens", #"{"name":"other"}"#)["token"]))"]
            #expect(try await script.get("/api/admin/session", headers: other).status == 200)
            #expect(try await boss.post("/api/admin/users/anna/password", "{}").status == 200)
            #expect(try await script.get("/api/admin/session", headers: other).status == 401)
        }
    }

    @Test("What cannot be written into the log is not done")
    func unlogged() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            _ = try await server.signIn("anna")
            #expect(try await boss.post("/api/admin/tokens", #"{"name":"nightly"}"#).status == 201)
            let token = try #require(try await server.database.first("SELECT id::text FROM tokens WHERE name = 'nightly'", as: String.self))
            let known: SQL = """
                SELECT jsonb_build_array(
                    (SELECT jsonb_agg(to_jsonb(u) - 'signed_in_at' ORDER BY name) FROM users u),
                    (SELECT jsonb_agg(to_jsonb(t) - 'last_used_at' ORDER BY id) FROM tokens t),
                    (SELECT jsonb_agg(to_jsonb(x)) FROM study_users x), (SELECT count(*) FROM user_sessions))::text
                """
            let before = try await server.database.first(known, as: String.self)
            try await server.database.execute("ALTER TABLE audit_log ADD CONSTRAINT full_disk CHECK (id < 0) NOT VALID")
            let change = #"{"present":"four words for boss","next":"other words for boss"}"#
            for (method, path, body) in [
                ("POST", "users", #"{"name":"new","role":"admin"}"#), ("PATCH", "users/anna", #"{"role":"researcher"}"#),
                ("PATCH", "users/anna", #"{"disabled":true}"#), ("POST", "users/anna/password", "{}"),
                ("POST", "tokens", #"{"name":"another"}"#), ("DELETE", "tokens/\(token)", nil),
                ("PUT", "studies/words/users/anna", nil), ("PUT", "session/password", change),
                ("POST", "session", #"{"name":"anna","password":"four words for anna"}"#),
            ] as [(String, String, String?)] {
                #expect(try await boss.send(method, "/api/admin/\(path)", body).status == 500, "\(method) \(path)")
            }
            #expect(try await server.database.first(known, as: String.self) == before)
        }
    }

    @Test("The audit log has who did what, and nobody can change it") func auditLog() async throws {
        try await RunningServer.with { server in
            let boss = try await server.signIn("boss")
            _ = try await boss.post("/api/admin/users", #"{"name":"anna","role":"researcher"}"#)
            let log = try await boss.get("/api/admin/audit")
            let entries = try #require(log.json["entries"] as? [[String: any Sendable]])
            let newest = try #require(entries.first)
            #expect(newest["action"] as? String == "user.create" && newest["user"] as? String == "boss")
            #expect(newest["subject"] as? String == "anna" && newest["via"] as? String == "page")
            #expect(!log.text.contains("four words"))
            let id = try #require(newest["id"] as? Int)
            let older = try await boss.get("/api/admin/audit?before=\(id)")
            #expect((older.json["entries"] as? [any Sendable])?.count == entries.count - 1)
            #expect(try await boss.get("/api/admin/audit?before=x").status == 400)
            func actions(_ query: String) async throws -> [String?] {
                let found = try await boss.get("/api/admin/audit?\(query)").json["entries"] as? [[String: any Sendable]]
                return try #require(found).map { $0["action"] as? String }
            }
            #expect(try await actions("user=boss") == ["user.create", "user.change-password", "session.sign-in"])
            #expect(try await actions("user=boss&action=session.sign-in") == ["session.sign-in"])
            #expect(try await actions("user=anna") == [])
            #expect(try await actions("action=user.disable") == [])
            for change in ["DELETE FROM audit_log", "UPDATE audit_log SET action = ''"] as [SQL] {
                await #expect(throws: PostgresError.self) { try await server.database.execute(change) }
            }
        }
    }
}
