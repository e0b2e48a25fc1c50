import Foundation
import Studies
import TestSupport
import Testing

@Suite struct PublicFilesTests {
    @Test("Every way in which a part can end has words in every language of the pages")
    func endings() throws {
        let folder = TestStudy.root.appending(path: "Public/languages")
        for language in Language.allCases {
            let data = try Data(contentsOf: folder.appending(path: "\(language.rawValue).json"))
            let words = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            for reason in EndReason.allCases {
                for key in ["ended.\(reason.rawValue)", "ended.\(reason.rawValue)-text"] {
                    #expect((words[key] as? String)?.isEmpty == false, "\(language.rawValue) has no \(key)")
                }
            }
            for kind in Surveys.Kind.allCases { #expect(words["survey.\(kind.rawValue)"] != nil) }
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        #expect(Set(files) == Set(Language.allCases.map { "\($0.rawValue).json" }))
    }

    @Test("Every refusal that pages can meet has words, with its numbers in them")
    func problems() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            var answer = try await visitor.post("/api/studies/words/return", #"{"code":"x"}"#)
            #expect(answer["code"] == "return-code")
            let words = try await visitor.get("/languages/en.json")
            for _ in 0..<3 {
                let other = Visitor(server.url)
                _ = try await other.post("/api/studies/words/participants", #"{"consent":true}"#)
                _ = try await other.post("/api/participation/instructions", #"{"understood":true}"#)
                guard try await other.get("/api/participation")["step"] == "stance" else { continue }
                _ = try await other.post("/api/participation/stance", #"{"round":1,"affirming":3,"negating":4}"#)
                answer = try await other.post("/api/participation/opinion", #"{"round":1,"text":"short"}"#)
                #expect(answer["code"] == "few-words")
                #expect(answer.json["values"] as? [String: Int] == ["minimum": 3, "n": 1])
            }
            for code in ["return-code", "few-words"] { #expect(words.json["problem.\(code)"] != nil) }
        }
    }

    @Test("Pages name assets by the digest of what is in them; such addresses are kept for ever, others are asked for again")
    func caching() async throws {
        try await RunningServer.with { server in
            let visitor = Visitor(server.url)
            let page = try await visitor.get("/join/words")
            // The frame comes with a key of this browser's own, which nothing on the way may keep.
            #expect(page.headers["cache-control"] == "no-store")
            let match = try #require(page.text.firstMatch(of: /src="(\/at\/[0-9a-f]{16})(\/assets\/[a-z]+\.js)"/))
            let script = try await visitor.get(String(match.1 + match.2))
            #expect(script.headers["cache-control"]?.contains("immutable") == true)
            #expect(script.headers["content-type"] == "text/javascript; charset=utf-8")
            #expect(script.headers["x-content-type-options"] == "nosniff")
            #expect(try await visitor.get(String(match.2)).headers["cache-control"] == "no-cache")
            #expect(try await visitor.get("/at/0123456789abcdef\(match.2)").headers["cache-control"] == "no-cache")
            for path in ["/at/../../Package.swift", "/../Package.swift", "/at//Package.swift", "/assets/%2e%2e/%2e%2e/Package.swift"] {
                let status = try await visitor.get(path).status
                #expect(status == 404 || status == 400)
            }
        }
    }

    @Test("The entry page is offered in the browser's language, and says whether words may be shown")
    func entrance() async throws {
        let translations = "translations: {de: {title: Wörter, texts: {consent: [Einwilligung.]}}}"
        try await RunningServer.with(more: translations) { server in
            let visitor = Visitor(server.url)
            var study = try await visitor.get("/api/studies/words")
            #expect(study["title"] == "Words" && study["language"] == "en")
            #expect(study.json["languages"] as? [String] == ["en", "de"])
            #expect(study.json["mayShowWords"] as? Bool == true)
            study = try await visitor.get("/api/studies/words", headers: ["Accept-Language": "de-CH, en;q=0.5"])
            #expect(study["title"] == "Wörter" && study.json["consent"] as? [String] == ["Einwilligung."])
            let joined = try await visitor.post(
                "/api/studies/words/participants", #"{"consent":true,"language":"de"}"#)
            #expect((joined.json["study"] as? [String: any Sendable])?["title"] as? String == "Wörter")
        }
    }

    @Test("Drafts, times, messages and more time need a session, and refuse what is not of their form")
    func guarded() async throws {
        try await RunningServer.with { server in
            let stranger = Visitor(server.url)
            for (path, body) in [
                ("draft", #"{"about":"opinion","round":1,"content":"x","base":0}"#), ("time", #"{"stretches":[]}"#),
                ("messages", #"{"key":"0C0F8A8E-5B5C-4F0B-9C56-1D8A6C1B2A3D","text":"x"}"#), ("extension", #"{"number":1}"#),
                ("language", #"{"language":"en"}"#), ("messages/read", "{}"),
            ] {
                #expect(try await stranger.post("/api/participation/\(path)", body).status == 401, "\(path)")
            }
            let visitor = Visitor(server.url)
            _ = try await visitor.post("/api/studies/words/participants", #"{"consent":true}"#)
            for (path, body) in [
                ("draft", #"{"about":"elsewhere","content":"x","base":0}"#), ("draft", #"{"about":"opinion"}"#),
                ("time", #"{"stretches":[{"id":"x"}]}"#), ("messages", #"{"key":"x","text":"x"}"#),
                ("language", #"{"language":"xx"}"#),
            ] {
                #expect(try await visitor.post("/api/participation/\(path)", body).status == 400, "\(path) \(body)")
            }
            #expect(try await visitor.post("/api/participation/time", #"{"stretches":[]}"#).status == 204)
            #expect(
                try await visitor.post(
                    "/api/participation/draft", #"{"about":"opinion","round":99999,"content":"x","base":0}"#).status == 409)
            #expect(try await server.database.first("SELECT count(*) FROM drafts", as: Int.self) == 0)
        }
    }
}
