import Foundation
import Postgres
import Server
import Studies
import TestSupport
import Testing

@Suite struct AccountTests {
    private static let right = #"{"name":"anna","password":"four words for anna"}"#
    private static let wrong = #"{"name":"anna","password":"four words for bert"}"#

    @Test("A one-time password is good for nothing but choosing another") func oneTime() async throws {
        try await RunningServer.with { server in
            let password = try await Users(database: server.database).create("anna", role: .admin)
            let visitor = Visitor(server.url)
            #expect(try await visitor.get("/api/admin/session").status == 401)
            let signedIn = try await visitor.post(
                "/api/admin/session", #"{"name":"anna","password":"\#(password)"}"#)
            #expect(signedIn.status == 200 && signedIn.json["mustChangePassword"] as? Bool == true)
            let cookie = try #require(signedIn.headers["set-cookie"])
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"))
            let refused = try await visitor.get("/api/admin/studies")
            #expect(refused.status == 403 && refused["code"] == "must-change-password")
            for (next, status) in [("short", 422), (password, 422), (String(repeating: "x", count: 201), 422)] {
                #expect(try await change(visitor, from: password, to: next).status == status)
            }
            #expect(try await change(visitor, from: "not that one", to: "four words for anna").status == 401)
            #expect(try await change(visitor, from: password, to: "four words for anna").status == 200)
            #expect(try await visitor.get("/api/admin/studies").status == 200)
            #expect(try await visitor.send("DELETE", "/api/admin/session").status == 204)
            #expect(try await visitor.get("/api/admin/studies").status == 401)
        }
    }

    private func change(_ visitor: Visitor, from present: String, to next: String) async throws -> Visitor.Answer {
        try await visitor.send("PUT", "/api/admin/session/password", #"{"present":"\#(present)","next":"\#(next)"}"#)
    }

    @Test("Whoever guesses passwords has to wait, and cannot learn which names there are") func throttle() async throws {
        try await RunningServer.with { server in
            _ = try await server.signIn("anna")
            let guesser = Visitor(server.url)
            let nobody = #"{"name":"nobody","password":"four words for anna"}"#
            let unknown = try await guesser.post("/api/admin/session", nobody)
            for _ in 0..<8 {
                let answer = try await guesser.post("/api/admin/session", Self.wrong)
                #expect(answer.status == 401 && answer["detail"] == unknown["detail"])
            }
            let waiting = try await guesser.post("/api/admin/session", Self.right)
            #expect(waiting.status == 429 && waiting["detail"]?.contains("15 minutes") == true)
            // As time goes by.
            try await server.database.execute("UPDATE sign_in_failures SET failed_at = now() - interval '16 minutes'")
            #expect(try await guesser.post("/api/admin/session", Self.right).status == 200)
        }
    }

    @Test("Whoever guesses keeps out only their own network, until there are very many guesses") func elsewhere() async throws {
        try await RunningServer.with(trustedProxies: ["127.0.0.1"]) { server in
            _ = try await server.signIn("anna")
            func signIn(_ body: String, from address: String) async throws -> Int {
                try await Visitor(server.url).post("/api/admin/session", body, headers: ["X-Forwarded-For": address]).status
            }
            // Of IPv6 addresses a network has as many as it likes; an IPv4 address can be written in two ways.
            for number in 1...8 {
                #expect(try await signIn(Self.wrong, from: "2001:db8:0:7::\(number)") == 401)
                #expect(try await signIn(Self.wrong, from: number % 2 == 0 ? "192.0.2.7" : "::ffff:192.0.2.7") == 401)
            }
            for address in ["2001:db8:0:7:8000::1", "192.0.2.7", "::ffff:192.0.2.7"] {
                #expect(try await signIn(Self.right, from: address) == 429, "\(address)")
            }
            for address in ["2001:db8:0:8::1", "192.0.2.8"] {
                #expect(try await signIn(Self.right, from: address) == 200, "\(address)")
            }
            // Whose password is right elsewhere does not let those go on who guess.
            #expect(try await signIn(Self.right, from: "2001:db8:0:7::1") == 429)
            func guessElsewhere(_ times: Int) async throws {
                try await server.database.execute(
                    """
                    INSERT INTO sign_in_failures (name_hash, address)
                    SELECT f.name_hash, 'elsewhere' FROM generate_series(1, \(times)) AS n
                         CROSS JOIN (SELECT name_hash FROM sign_in_failures LIMIT 1) AS f
                    """)
            }
            try await guessElsewhere(100 - 16 - 1)
            #expect(try await signIn(Self.right, from: "192.0.2.8") == 200)
            try await guessElsewhere(1)
            #expect(try await signIn(Self.right, from: "192.0.2.8") == 429)
        }
    }

    @Test("Of a crowd that signs in at once, those who cannot wait in line are asked to come again, and need not wait then")
    func crowd() async throws {
        try await RunningServer.with(trustedProxies: ["127.0.0.1"]) { server in
            let answers = try await withThrowingTaskGroup(of: Visitor.Answer.self) { tasks -> [Visitor.Answer] in
                for number in 0..<80 {
                    tasks.addTask {
                        try await Visitor(server.url).post(
                            "/api/admin/session", Self.wrong, headers: ["X-Forwarded-For": "192.0.2.\(number)"])
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let lookedAt = answers.count { $0.status == 401 }, sentAway = answers.filter { $0.status == 503 }
            #expect(lookedAt >= 22 && !sentAway.isEmpty && lookedAt + sentAway.count == 80)
            #expect(sentAway.allSatisfy { $0.headers["retry-after"] != nil && $0["detail"]?.contains("at once") == true })
            #expect(try await server.database.first("SELECT count(*) FROM sign_in_failures", as: Int.self) == lookedAt)
        }
    }

    @Test("Who chooses another password is rid of tokens that somebody made by their session") func stolenSession() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna"), bert = try await server.signIn("bert"), script = Visitor(server.url)
            func token(of visitor: Visitor) async throws -> [String: String] {
                let made = try await visitor.post("/api/admin/tokens", #"{"name":"nightly"}"#)
                return ["Authorization": "Bearer \(try #require(made["token"]))"]
            }
            let stolen = try await token(of: anna), other = try await token(of: bert)
            #expect(try await change(anna, from: "not that one", to: "other words for anna").status == 401)
            #expect(try await script.get("/api/admin/session", headers: stolen).status == 200)
            #expect(try await change(anna, from: "four words for anna", to: "other words for anna").status == 200)
            #expect(try await script.get("/api/admin/session", headers: stolen).status == 401)
            #expect((try await anna.get("/api/admin/tokens").json["tokens"] as? [any Sendable])?.isEmpty == true)
            #expect(try await script.get("/api/admin/session", headers: other).status == 200)
            let own = try await token(of: anna)
            #expect(try await script.get("/api/admin/session", headers: own).status == 200)
        }
    }

    @Test("Guesses that come all at once are no more than guesses that come one after another")
    func parallelGuesses() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let change = #"{"present":"four words for bert","next":"other words for anna"}"#
            let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
                for number in 0..<12 {
                    tasks.addTask {
                        // Whoever has somebody's session guesses no faster by it.
                        number % 2 == 0
                            ? try await Visitor(server.url).post("/api/admin/session", Self.wrong).status
                            : try await anna.send("PUT", "/api/admin/session/password", change).status
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 401 } == 8 && statuses.count { $0 == 429 } == 4)
            let right = #"{"present":"four words for anna","next":"other words for anna"}"#
            #expect(try await Visitor(server.url).post("/api/admin/session", Self.right).status == 429)
            #expect(try await anna.send("PUT", "/api/admin/session/password", right).status == 429)
            try await server.database.execute("UPDATE sign_in_failures SET failed_at = now() - interval '16 minutes'")
            #expect(try await anna.send("PUT", "/api/admin/session/password", right).status == 200)
            #expect(try await server.database.first("SELECT count(*) FROM sign_in_failures", as: Int.self) == 0)
            let log = try await server.database.query(
                "SELECT a.action FROM audit_log a JOIN users u ON u.id = a.user_id WHERE u.name = 'anna' ORDER BY a.id", as: String.self)
            #expect(log == ["session.sign-in", "user.change-password", "user.change-password"])
        }
    }

    @Test("Sessions end by themselves, with the password, and with the account") func sessionsEnd() async throws {
        try await RunningServer.with { server in
            let users = Users(database: server.database)
            _ = try await server.signIn("boss")
            let anna = try await server.signIn("anna")
            #expect(try await anna.get("/api/admin/session").status == 200)
            try await server.database.execute("UPDATE user_sessions SET last_used_at = now() - interval '3 hours'")
            #expect(try await anna.get("/api/admin/session").status == 401)
            #expect(try await anna.post("/api/admin/session", Self.right).status == 200)
            try await server.database.execute("UPDATE user_sessions SET expires_at = now() - interval '1 second'")
            #expect(try await anna.get("/api/admin/session").status == 401)
            #expect(try await anna.post("/api/admin/session", Self.right).status == 200)
            try await users.setDisabled(true, of: "anna")
            #expect(try await anna.get("/api/admin/session").status == 401)
            #expect(try await anna.post("/api/admin/session", Self.right).status == 401)
            try await users.setDisabled(false, of: "anna")
            #expect(try await anna.post("/api/admin/session", Self.right).status == 200)
            _ = try await users.resetPassword(of: "anna")
            #expect(try await anna.get("/api/admin/session").status == 401)
        }
    }

    @Test("Other sites cannot act for somebody who is signed in") func otherSites() async throws {
        try await RunningServer.with { server in
            let anna = try await server.signIn("anna")
            let body = #"{"name":"evil","role":"admin"}"#
            for headers in [
                ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "same-site"], ["Origin": "http://evil.example"],
                ["Origin": "null"],
            ] {
                #expect(try await anna.post("/api/admin/users", body, headers: headers).status == 403)
            }
            #expect(try await anna.post("/api/admin/users", body, headers: ["Content-Type": "text/plain"]).status == 415)
            let ours = try await anna.post("/api/admin/users", body, headers: ["Origin": server.url])
            #expect(ours.status == 201)
        }
    }

    @Test("Cookies are Secure behind a proxy that is trusted by name, and nobody else's word counts") func proxies() async throws {
        for (names, isTrusted) in [(["localhost"], true), (["127.0.0.1"], true), (["proxy.invalid"], false), ([], false)] {
            try await RunningServer.with(trustedProxies: names) { server in
                let password = try await Users(database: server.database).create("anna", role: .admin)
                let answer = try await Visitor(server.url).post(
                    "/api/admin/session", #"{"name":"anna","password":"\#(password)"}"#,
                    headers: ["X-Forwarded-Proto": "https", "X-Forwarded-For": "1.2.3.4, 192.0.2.7"])
                #expect(answer.headers["set-cookie"]?.contains("Secure") == isTrusted)
                #expect((answer.headers["strict-transport-security"] != nil) == isTrusted)
                _ = try await Visitor(server.url).post(
                    "/api/admin/session", Self.wrong, headers: ["X-Forwarded-For": "1.2.3.4, 192.0.2.7"])
                let address = try await server.database.first("SELECT address FROM sign_in_failures", as: String.self)
                #expect(address == (isTrusted ? "192.0.2.7" : "127.0.0.1"))
                let joined = try await Visitor(server.url).post(
                    "/api/studies/words/participants", #"{"consent":true}"#, headers: ["X-Forwarded-Proto": "https"])
                #expect(joined.status == 201 && joined.headers["set-cookie"]?.contains("Secure") == isTrusted)
            }
        }
    }

    @Test("With certificate files of its own the server speaks TLS; with files that do not fit it says so") func tls() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        func make(_ name: String) throws -> TLSFiles {
            let key = folder.appending(path: "\(name).key").path(), certificate = folder.appending(path: "\(name).pem").path()
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/openssl")
            process.arguments = [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return TLSFiles(certificate: certificate, key: key)
        }
        let files = try make("one")
        _ = try make("other")
        try await RunningServer.with(tls: files) { server in
            let anna = try await server.signIn("anna")
            let answer = try await anna.post("/api/admin/session", Self.right)
            #expect(answer.status == 200 && answer.headers["set-cookie"]?.contains("Secure") == true)
        }
        let mixed = TLSFiles(
            certificate: folder.appending(path: "one.pem").path(), key: folder.appending(path: "other.key").path())
        for bad in [mixed, TLSFiles(certificate: "/nowhere.pem", key: "/nowhere.key")] {
            await #expect(throws: TLSFiles.Fault.self) { try await RunningServer.with(tls: bad) { _ in } }
        }
    }
}
