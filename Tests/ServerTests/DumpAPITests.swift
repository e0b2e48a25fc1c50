import Crypto
import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct DumpAPITests {
    private func with(
        parquet: ParquetWriter? = nil, _ body: @escaping @Sendable (RunningServer, Visitor) async throws -> Void
    ) async throws {
        try await RunningServer.with(jobs: { [DumpJob(database: $0, parquet: parquet)] }) { server in
            for name in ["one", "two"] {
                let joined = try await Visitor(server.url).post(
                    "/api/studies/words/participants", #"{"consent":true,"platformID":"\#(name)"}"#)
                #expect(joined.status == 201)
            }
            try await body(server, try await server.signIn("boss"))
        }
    }

    /// Asks for a dump, and waits for it.
    private func dump(
        _ visitor: Visitor, _ body: String = "{}", headers: [String: String] = [:]
    ) async throws -> [String: any Sendable] {
        let asked = try await visitor.post("/api/admin/studies/words/dumps", body, headers: headers)
        #expect(asked.status == 202)
        return try await outcome(of: try #require(asked["id"]), visitor, headers: headers)
    }

    /// What comes of a job.
    private func outcome(
        of id: String, _ visitor: Visitor, headers: [String: String] = [:]
    ) async throws -> [String: any Sendable] {
        for _ in 0..<3_000 {
            let job = try await visitor.get("/api/admin/jobs/\(id)", headers: headers)
            if job["state"] == "finished" {
                let result = try #require(job["result"])
                return try #require(try JSONSerialization.jsonObject(with: Data(result.utf8)) as? [String: any Sendable])
            }
            if let error = job["error"] { return ["error": error] }
            try await Task.sleep(for: .milliseconds(20))
        }
        Issue.record("the dump was not made")
        return [:]
    }

    @Test("A dump is made as a job, fetched whole or in parts, and goes on where it was cut off") func fetch() async throws {
        try await with { server, boss in
            let made = try await dump(boss, #"{"comparisons":false}"#)
            let id = try #require(made["id"] as? String), bytes = try #require(made["bytes"] as? Int)
            let path = "/api/admin/studies/words/dumps/\(id)"
            let whole = try await boss.bytes(path)
            #expect(whole.status == 200 && whole.bytes.count == bytes && whole.headers["accept-ranges"] == "bytes")
            let digest = SHA256.hash(data: whole.bytes).map { String(format: "%02x", $0) }.joined()
            let tag = try #require(whole.headers["etag"])
            #expect(made["sha256"] as? String == digest && tag == "\"\(digest)\"")
            let head = try await boss.send("HEAD", path)
            #expect(head.status == 200 && head.headers["content-length"] == "\(bytes)" && head.headers["etag"] == tag)
            // Cut off at a hundred bytes, and gone on.
            let rest = try await boss.bytes(path, ["Range": "bytes=100-", "If-Range": tag, "Accept-Encoding": "gzip"])
            #expect(rest.status == 206 && whole.bytes.prefix(100) + rest.bytes == whole.bytes)
            #expect(rest.headers["content-range"] == "bytes 100-\(bytes - 1)/\(bytes)")
            #expect(try await boss.bytes(path, ["Range": "bytes=-10"]).bytes == whole.bytes.suffix(10))
            #expect(try await boss.bytes(path, ["Range": "bytes=3-5"]).bytes == whole.bytes[3...5])
            #expect(try await boss.bytes(path, ["Range": "bytes=3-\(Int64.max)"]).bytes == whole.bytes[3...])
            // Another file than the one that was begun, and what is no range, are answered with the whole.
            for headers in [["Range": "bytes=100-", "If-Range": "\"other\""], ["Range": "bytes=5-3"], ["Range": "lines=1-2"]] {
                let answer = try await boss.bytes(path, headers)
                #expect(answer.status == 200 && answer.bytes == whole.bytes)
            }
            let beyond = try await boss.bytes(path, ["Range": "bytes=\(bytes)-"])
            #expect(beyond.status == 416 && beyond.headers["content-range"] == "bytes */\(bytes)")
            #expect(try await boss.get(path, headers: ["If-None-Match": tag]).status == 304)
            let folder = try TestFolder.make()
            defer { TestFolder.remove(folder) }
            let file = folder.appending(path: "dump.zip")
            try whole.bytes.write(to: file)
            #expect(try await DumpCheck.run(file).isWhole)
            // What has changed since: nobody new, so nobody.
            let since = try await dump(boss, #"{"comparisons":false,"trainingSets":false,"since":"\#(id)"}"#)
            #expect((since["name"] as? String)?.contains("since") == true)
            let list = try await boss.get("/api/admin/studies/words/dumps")
            #expect((list.json["downloads"] as? [any Sendable])?.count == 2)
        }
    }

    @Test("Whoever fetches a dump is in the log: whole, in parts, or all but its first byte; once for all parts of it")
    func log() async throws {
        try await with { server, boss in
            let id = try #require(try await dump(boss)["id"] as? String)
            let path = "/api/admin/studies/words/dumps/\(id)"
            func fetches() async throws -> [String] {
                try await server.database.query(
                    """
                    SELECT u.name FROM audit_log a JOIN users u ON u.id = a.user_id JOIN downloads d ON d.name = a.subject
                    WHERE a.action = 'dump.fetch' AND a.details->>'sha256' = encode(d.sha256, 'hex') ORDER BY a.id
                    """, as: String.self)
            }
            _ = try await boss.send("HEAD", path)
            #expect(try await fetches() == [])
            for range in ["bytes=0-", "bytes=100-", "bytes=0-99"] { _ = try await boss.bytes(path, ["Range": range]) }
            #expect(try await fetches() == ["boss"])
            let anna = try await server.signIn("anna"), bert = try await server.signIn("bert")
            _ = try await anna.bytes(path, ["Range": "bytes=1-"])
            _ = try await bert.bytes(path)
            #expect(try await fetches() == ["boss", "anna", "bert"])
        }
    }

    @Test("A script with a token makes a dump with all the options there are, and one of what has changed since its descriptor, when the file is gone")
    func script() async throws {
        try await with { server, boss in
            let user = try await Users(database: server.database).user(named: "boss")
            let secret = try await Tokens(database: server.database).create(for: user, name: "script", by: .commandLine).text
            let bearer = ["Authorization": "Bearer \(secret)"]
            let script = Visitor(server.url), path = "/api/admin/studies/words/dumps"
            #expect(try await script.post(path, "{}").status == 401)
            func made(_ body: String) async throws -> (id: String, package: Data, sets: [String: Any]) {
                let file = try await dump(script, body, headers: bearer)
                let id = try #require(file["id"] as? String, "\(file)")
                let folder = try TestFolder.make()
                defer { TestFolder.remove(folder) }
                let zip = folder.appending(path: "dump.zip")
                let fetched = try await script.bytes("\(path)/\(id)", bearer)
                #expect(fetched.status == 200)
                try fetched.bytes.write(to: zip)
                #expect(try await DumpCheck.run(zip).isWhole)
                let unzip = Process()
                unzip.executableURL = URL(filePath: "/usr/bin/env")
                unzip.arguments = ["python3", "-m", "zipfile", "-e", zip.path(percentEncoded: false), folder.path(percentEncoded: false)]
                try unzip.run()
                unzip.waitUntilExit()
                let sets = FileManager.default.contents(atPath: folder.appending(path: "training-sets.json").path(percentEncoded: false))
                return (
                    id, try Data(contentsOf: folder.appending(path: "datapackage.json")),
                    try sets.map { try JSONSerialization.jsonObject(with: $0) as? [String: Any] ?? [:] } ?? [:]
                )
            }
            let first = try await made(
                #"""
                {"quality":3.5,"agreement":4,"validationShare":0.2,"testShare":0.3,"splitSeed":7,"licence":" CC0-1.0 ",
                 "citation":"Cite this."}
                """#)
            let options = try #require(first.sets["options"] as? [String: Any])
            #expect(options["quality"] as? Double == 3.5 && options["agreement"] as? Double == 4)
            let splits = try #require(options["splits"] as? [String: Any])
            #expect(splits["validation_share"] as? Double == 0.2 && splits["test_share"] as? Double == 0.3 && splits["seed"] as? Int == 7)
            let descriptor = try #require(String(data: first.package, encoding: .utf8))
            #expect(descriptor.contains("CC0-1.0") && descriptor.contains("\"Cite this.\""))
            let log = try await boss.get("/api/admin/audit?study=words")
            #expect(log.text.contains(#""covered":"true""#) && log.text.contains(#""via":"token""#))
            #expect(try await script.get(path, headers: bearer).json["isCovered"] as? Bool == true)

            // Somebody has their answers deleted, and with them goes the file.
            let person = try await arrive(server)
            #expect(try await person.post("/api/participation/departure", #"{"answers":"delete"}"#).status == 200)
            #expect(try await script.get("\(path)/\(first.id)", headers: bearer).status == 404)
            let later = try await made(#"{"comparisons":false,"trainingSets":false,"sincePackage":\#(descriptor)}"#)
            let package = try #require(try JSONSerialization.jsonObject(with: later.package) as? [String: Any])
            let resources = try #require(package["resources"] as? [[String: Any]])
            let concord = try #require(package["concord"] as? [String: Any]), name = try #require(package["name"] as? String)
            let whole = try #require(try JSONSerialization.jsonObject(with: first.package) as? [String: Any])
            #expect(concord["since"] as? String == whole["name"] as? String && concord["withdrawn"] as? Int == 1, "\(name)")
            #expect(resources.contains { $0["name"] as? String == "tombstones" })
            // Nothing has changed since then.
            let same = try await made(#"{"comparisons":false,"trainingSets":false,"sincePackage":\#(String(decoding: later.package, as: UTF8.self))}"#)
            let rows = try #require(try JSONSerialization.jsonObject(with: same.package) as? [String: Any])["resources"] as? [[String: Any]]
            #expect(rows?.allSatisfy { ($0["rows"] as? Int ?? 0) == 0 } == true)

            for (body, status) in [
                (#"{"quality":8}"#, 422), (#"{"agreement":0.5}"#, 422), (#"{"validationShare":0.5,"testShare":0.5}"#, 422),
                (#"{"testShare":-0.1}"#, 422), (#"{"licence":"\#(String(repeating: "x", count: 201))"}"#, 422),
                (#"{"citation":"\#(String(repeating: "x", count: 2001))"}"#, 422), (#"{"splitSeed":-1}"#, 400),
                (#"{"sincePackage":{}}"#, 400), (#"{"sincePackage":"words-1"}"#, 400),
                (#"{"sincePackage":\#(descriptor.replacing("\"snapshot\" : \"", with: "\"snapshot\" : \"x"))}"#, 400),
                (#"{"sincePackage":\#(descriptor.replacing("\"study\" : \"words\"", with: "\"study\" : \"other\""))}"#, 422),
                (#"{"since":"\#(later.id)","sincePackage":\#(descriptor)}"#, 422),
                (#"{"sincePackage":\#(descriptor.replacing("\"name\" : \"words-", with: "\"name\" : \"\(String(repeating: "x", count: 1_000))"))}"#, 400),
                (#"{"sincePackage":\#(descriptor.replacing("\"snapshot\" : \"", with: "\"snapshot\" : \"\(String(repeating: "0", count: 100_000))"))}"#, 400),
            ] {
                let refused = try await script.post(path, body, headers: bearer)
                #expect(refused.status == status && refused["detail"]?.isEmpty == false, "\(body.prefix(60)): \(refused.status)")
            }
            // A database that this one does not follow on: another lineage.
            let lineage = try #require(whole["concord"] as? [String: Any])["lineage"] as? String
            let strange = descriptor.replacing(try #require(lineage), with: UUID().uuidString.lowercased())
            let outcome = try await dump(script, #"{"sincePackage":\#(strange)}"#, headers: bearer)
            #expect((outcome["error"] as? String)?.contains("this database never had") == true)
        }
    }

    @Test("A file longer than a chunk is served across chunks") func chunks() async throws {
        try await with { server, boss in
            let made = try await dump(boss)
            let id = try #require(made["id"] as? String)
            let content = Data((0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            for (number, start) in stride(from: 0, to: content.count, by: 1 << 20).enumerated() {
                let part = content[start..<min(start + 1 << 20, content.count)]
                try await server.database.execute(
                    """
                    INSERT INTO download_chunks (download_id, number, content)
                    VALUES (\(id)::uuid, \(Int32(number)), \(Data(part)))
                    ON CONFLICT (download_id, number) DO UPDATE SET content = excluded.content
                    """)
            }
            try await server.database.execute("UPDATE downloads SET bytes = \(Int64(content.count)) WHERE id = \(id)::uuid")
            let path = "/api/admin/studies/words/dumps/\(id)"
            #expect(try await boss.bytes(path).bytes == content)
            let range = 1_048_570..<2_097_160
            let part = try await boss.bytes(path, ["Range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)"])
            #expect(part.bytes == content[range])
        }
    }

    @Test("Researchers fetch dumps, but not the ids of platforms; strangers fetch nothing") func roles() async throws {
        try await with { server, boss in
            _ = try await boss.send("PUT", "/api/admin/studies/words/users/boss")
            let rita = try await server.signIn("rita", role: .researcher)
            let other = try await server.signIn("other")
            let named = try #require(try await dump(boss, #"{"platformIDs":true}"#)["id"] as? String)
            #expect(try await other.get("/api/admin/studies/words/dumps").status == 404)
            #expect(try await other.get("/api/admin/studies/words/dumps/\(named)").status == 404)
            #expect(try await rita.get("/api/admin/studies/words/dumps").status == 404)
            _ = try await boss.send("PUT", "/api/admin/studies/words/users/rita")
            #expect(try await rita.get("/api/admin/studies/words/dumps/\(named)").status == 403)
            #expect(try await rita.post("/api/admin/studies/words/dumps", #"{"platformIDs":true}"#).status == 403)
            #expect(!(try await rita.get("/api/admin/studies/words/dumps").text.contains(named)))
            let plain = try #require(try await dump(rita)["id"] as? String)
            #expect(try await rita.get("/api/admin/studies/words/dumps/\(plain)").status == 200)
            for body in [#"{"formats":[]}"#, #"{"formats":["xml"]}"#, #"{"since":"\#(UUID())"}"#] {
                #expect([400, 404, 422].contains(try await rita.post("/api/admin/studies/words/dumps", body).status))
            }
            #expect(try await rita.get("/api/admin/studies/words/dumps/\(UUID())").status == 404)
            #expect(try await rita.get("/api/admin/studies/words/dumps/x").status == 404)
        }
    }

    @Test("Whoever has their answers deleted is in no file that can still be fetched") func erasure() async throws {
        try await with { server, boss in
            let id = try #require(try await dump(boss)["id"] as? String)
            let person = try await arrive(server)
            #expect(try await person.post("/api/participation/departure", #"{"answers":"delete"}"#).status == 200)
            #expect(try await boss.get("/api/admin/studies/words/dumps/\(id)").status == 404)
        }
    }

    /// The ids of the opinions of a group of three.
    private func written(_ server: RunningServer) async throws -> [String] {
        let people = try await server.group(), answers = Answers(database: server.database)
        for (person, name) in zip(people, ["the first", "the second", "the third"]) {
            try await answers.giveStance(person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "n"))
            try await answers.giveOpinion(person, round: 1, text: "Words of \(name)")
        }
        return try await server.database.query("SELECT id::text FROM opinions ORDER BY id", as: String.self)
    }

    @Test("A text that is hidden is in no file that can still be fetched, nor in one that was being made") func hiding() async throws {
        try await with { server, boss in
            let opinions = try await written(server)
            let path = "/api/admin/studies/words/dumps", texts = "/api/admin/studies/words/texts"
            let first = try #require(try await dump(boss)["id"] as? String)
            #expect(try await boss.post("\(texts)/\(opinions[0])/decisions", #"{"decision":"approve"}"#).status == 200)
            #expect(try await boss.get("\(path)/\(first)").status == 200)
            #expect(try await boss.post("\(texts)/\(opinions[1])/decisions", #"{"decision":"hide","reason":"rude"}"#).status == 200)
            #expect(try await boss.get("\(path)/\(first)").status == 404)
            let second = try #require(try await dump(boss)["id"] as? String)
            // What nobody could read is hidden once more, for another reason: no file had it.
            try await server.database.execute(
                """
                INSERT INTO opinion_decisions (opinion_id, decision, reason, via)
                VALUES (\(opinions[1])::uuid, 'hide', 'very rude', 'command-line')
                """)
            #expect(try await boss.get("\(path)/\(second)").status == 200)
            // Hidden when the file is made, and before it is kept.
            let job: String = try await server.database.transaction(retries: 0) { connection in
                try await connection.execute("LOCK TABLE downloads IN EXCLUSIVE MODE")
                let asked = try await boss.post(path, #"{"comparisons":false,"trainingSets":false}"#)
                var isWaiting = false
                for _ in 0..<3_000 where !isWaiting {
                    try await Task.sleep(for: .milliseconds(20))
                    isWaiting = try await server.database.first(
                        """
                        SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
                                       WHERE d.datname = current_database() AND l.relation = 'downloads'::regclass AND NOT l.granted)
                        """, as: Bool.self) == true
                }
                #expect(isWaiting, "the file is made, and is about to be kept")
                try await connection.execute(
                    """
                    INSERT INTO opinion_decisions (opinion_id, decision, reason, via)
                    VALUES (\(opinions[2])::uuid, 'hide', 'rude', 'command-line')
                    """)
                return try #require(asked["id"])
            }
            let end = try await outcome(of: job, boss)
            #expect((end["error"] as? String)?.contains("texts were hidden") == true, "\(end)")
            #expect(try await boss.get("\(path)/\(second)").status == 404)
        }
    }

    private func arrive(_ server: RunningServer) async throws -> Visitor {
        let visitor = Visitor(server.url)
        _ = try await visitor.post("/api/studies/words/participants", #"{"consent":true}"#)
        return visitor
    }

    @Test("A dump that cannot be made says why") func fails() async throws {
        try await with { _, boss in
            let outcome = try await dump(boss, #"{"formats":["parquet"]}"#)
            #expect((outcome["error"] as? String)?.contains("Parquet") == true)
        }
    }

    @Test("Without Parquet among the formats nothing of a dump is Parquet, and no Python is looked for") func lines() async throws {
        let writer = ParquetWriter(scripts: TestStudy.root.appending(path: "scripts"), python: "/bin/false")
        try await with(parquet: writer) { _, boss in
            let made = try await dump(boss, #"{"formats":["csv","jsonl"],"comparisons":true}"#)
            let id = try #require(made["id"] as? String, "\(made)")
            let names = String(decoding: try await boss.bytes("/api/admin/studies/words/dumps/\(id)").bytes, as: UTF8.self)
            #expect(names.contains("candidate_comparisons.jsonl") && !names.contains(".parquet"))
            let outcome = try await dump(boss, #"{"formats":["csv","parquet"]}"#)
            #expect(outcome["error"] is String, "it takes a Python")
        }
    }
}
