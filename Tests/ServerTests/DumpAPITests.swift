import Crypto
import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct DumpAPITests {
    private func with(_ body: @escaping @Sendable (RunningServer, Visitor) async throws -> Void) async throws {
        try await RunningServer.with(jobs: { [DumpJob(database: $0, parquet: nil)] }) { server in
            for name in ["one", "two"] {
                let joined = try await Visitor(server.url).post(
                    "/api/studies/words/participants", #"{"consent":true,"platformID":"\#(name)"}"#)
                #expect(joined.status == 201)
            }
            try await body(server, try await server.signIn("boss"))
        }
    }

    /// Asks for a dump, and waits for it.
    private func dump(_ visitor: Visitor, _ body: String = "{}") async throws -> [String: any Sendable] {
        let asked = try await visitor.post("/api/admin/studies/words/dumps", body)
        #expect(asked.status == 202)
        let id = try #require(asked["id"])
        for _ in 0..<3_000 {
            let job = try await visitor.get("/api/admin/jobs/\(id)")
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
                    WHERE a.action = 'dump.fetch' AND a.details->>'sha256' = d.sha256 ORDER BY a.id
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
}
