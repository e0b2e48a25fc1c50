import Foundation
import Logging
import Postgres
import Server
import Studies
import TestSupport
import Testing

/// Who may call what, over every address of the admin API: a new one is for admins who have the study, or it is named here.
@Suite struct EveryRouteTests {
    /// What researchers may call: reading, exporting, and what is about themselves.
    private static let reading: Set<String> = [
        "GET studies", "GET studies/{study}", "GET studies/{study}/versions", "GET studies/{study}/file", "GET studies/{study}/notes",
        "GET studies/{study}/users", "GET studies/{study}/rehearsals", "GET studies/{study}/results", "GET studies/{study}/texts",
        "GET studies/{study}/watch", "GET studies/{study}/watch/events", "GET studies/{study}/people", "GET studies/{study}/people/{id}",
        "GET studies/{study}/generations", "GET studies/{study}/generations/{id}", "GET study-file", "GET models", "GET jobs/{id}",
        "GET question-sets", "GET question-sets/{set}", "GET question-sets/{set}/questions", "GET question-sets/{set}/retired",
        "GET question-sets/{set}/splits", "GET question-sets/{set}/versions", "GET question-sets/{set}/difference",
        "GET question-sets/{set}/export", "GET question-sets/{set}/proposals", "GET question-sets/{set}/flags",
        "GET question-sets/{set}/clustering",
    ]
    private static let exporting: Set<String> = [
        "GET studies/{study}/dumps", "POST studies/{study}/dumps", "GET studies/{study}/dumps/{id}", "HEAD studies/{study}/dumps/{id}",
        "GET studies/{study}/report", "GET studies/{study}/report.html", "DELETE jobs/{id}", "POST study-file/review",
    ]
    private static let own: Set<String> = [
        "GET session", "POST session", "DELETE session", "PUT session/password", "GET tokens", "POST tokens", "DELETE tokens/{id}",
    ]

    private static let base = "/api/admin/"
    private static let hidden = "Words that nobody else may read"
    private static let ids = "PLATFORM-ID-OF-"

    /// Every address of the admin API, as "GET studies/{study}".
    private func routes(_ server: RunningServer) throws -> [(method: String, path: String)] {
        let root = TestStudy.root
        let same = ConcordServer(
            configuration: .init(host: "127.0.0.1", port: 0, pages: root.appending(path: "Public")), database: server.database,
            migrations: try Migrations(folder: root.appending(path: "Migrations")), worker: nil, logger: Logger(label: "test"))
        return same.routes.filter { $0.path.hasPrefix(Self.base) }.map {
            ($0.method.rawValue, String($0.path.dropFirst(Self.base.count)))
        }
    }

    /// A group of three of the study `words` who have written, rated each other's words, and rated the words of one of them
    /// as a statement; those are hidden then. One has written a message.
    private func study(_ server: RunningServer, _ boss: Visitor) async throws {
        let database = server.database, enrolment = Enrolment(database: database), answers = Answers(database: database)
        var people: [UUID] = []
        for number in 0..<3 {
            let ids = PlatformIDs(participant: "\(Self.ids)\(number)", study: "\(Self.ids)STUDY", session: "\(Self.ids)SESSION-\(number)")
            let secret = try await enrolment.join("words", synthetic: false, from: ids).secret
            people.append(try await Sessions(database: database).participant(with: secret).id)
            try await enrolment.acceptInstructions(people[number])
        }
        try await Messages(database: database).send("I am \(Self.ids)1", key: UUID(), from: people[1])
        for person in people {
            try await answers.giveStance(person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "n"))
            try await answers.giveOpinion(person, round: 1, text: person == people[0] ? Self.hidden : "Anything else that is said")
        }
        func rateEverything() async throws {
            for person in people {
                while let statement = try await ParticipationReader(database: database).state(of: person).statement {
                    try await answers.rate(
                        person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
                }
            }
        }
        try await rateEverything()
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await queue.finish(job, with: .opinions([try #require(job.opinions.first { $0.text == Self.hidden })]))
        // As a prompt and a draft would quote it.
        try await database.execute("UPDATE generations SET prompt_text = \("The opinions: \(Self.hidden)")")
        try await database.execute(
            """
            INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish, malformation, chosen)
            SELECT id, 1, 1, 0, \("A draft: \(Self.hidden)"), 9, -4.5, 'end', 'opinion_copied', false FROM generations
            """)
        try await rateEverything()
        let text = try #require(try await database.first("SELECT id::text FROM opinions WHERE text = \(Self.hidden)", as: String.self))
        let decided = try await boss.post(
            "\(Self.base)studies/words/texts/\(text)/decisions", #"{"decision":"hide","reason":"not for others"}"#)
        #expect(decided.status == 200)
    }

    private func with(_ body: @escaping @Sendable (RunningServer, Visitor, Visitor) async throws -> Void) async throws {
        let more = "opinion_ratings: true\nrecruitment: {source: platform}\npayment: {currency: GBP, base: 6}"
        try await RunningServer.with(more: more) { server in
            let boss = try await server.signIn("boss")
            let rita = try await server.signIn("rita", role: .researcher)
            #expect(try await boss.send("PUT", "\(Self.base)studies/words/users/rita").status == 200)
            try await study(server, boss)
            try await body(server, boss, rita)
        }
    }

    /// Ids of what there is, by the word before them in a path.
    private func known(_ server: RunningServer, _ boss: Visitor) async throws -> [String: String] {
        let preview = try await boss.post("\(Self.base)studies/words/previews", "{}")
        let job = try await boss.post("\(Self.base)studies/words/dumps", "{}")
        #expect(preview.status == 201 && job.status == 202)
        var known = ["previews": preview["id"] ?? "", "jobs": job["id"] ?? "", "name": "rita"]
        for (word, id) in [
            ("people", "SELECT id::text FROM participants WHERE study_id = (SELECT id FROM studies WHERE name = 'words') ORDER BY id LIMIT 1"),
            ("groups", "SELECT id::text FROM groups ORDER BY created_at LIMIT 1"), ("texts", "SELECT id::text FROM opinions LIMIT 1"),
            ("messages", "SELECT id::text FROM messages"), ("generations", "SELECT id::text FROM generations"),
        ] as [(String, SQL)] {
            known[word] = try await server.database.first(id, as: String.self)
        }
        return known
    }

    /// The path with something in place of its variable parts.
    private func fill(_ path: String, _ known: [String: String]) -> String {
        var parts = path.split(separator: "/").map(String.init)
        for index in parts.indices {
            switch parts[index] {
            case "{study}": parts[index] = "words"
            case "{set}": parts[index] = "examples"
            case "{name}": parts[index] = "rita"
            case "{id}": parts[index] = known[parts[index - 1]] ?? UUID().uuidString
            default: break
            }
        }
        return Self.base + parts.joined(separator: "/")
    }

    @Test("Without a session nothing answers, without the study it is not there, and researchers read and export only")
    func roles() async throws {
        try await with { server, boss, rita in
            let other = try await server.signIn("other")
            let known = try await known(server, boss), routes = try routes(server)
            #expect(routes.count > 80)
            let allowed = Self.reading.union(Self.exporting).union(Self.own)
            #expect(allowed.subtracting(routes.map { "\($0.method) \($0.path)" }).sorted() == [])
            for (method, path) in routes {
                let name = "\(method) \(path)", address = fill(path, known)
                let body = ["GET", "HEAD", "DELETE"].contains(method) ? nil : "{}"
                if !["POST session", "DELETE session"].contains(name) {
                    #expect(try await Visitor(server.url).send(method, address, body).status == 401, "\(name)")
                }
                if path.hasPrefix("studies/{study}") || path.hasPrefix("previews/") {
                    #expect(try await other.send(method, address, body).status == 404, "\(name)")
                }
                if !allowed.contains(name) {
                    #expect(try await rita.send(method, address, body).status == 403, "\(name)")
                } else if Self.reading.contains(name), !path.hasSuffix("events") {
                    let status = try await rita.send(method, address).status
                    #expect(status == 200 || status == 400, "\(name): \(status)")
                }
            }
        }
    }

    @Test("Nothing that a researcher is told has an id of the platform, or words that others may not read")
    func words() async throws {
        try await with { server, boss, rita in
            let known = try await known(server, boss)
            let people = try await server.database.query("SELECT id::text FROM participants ORDER BY id", as: String.self)
            var paths = try routes(server).filter { $0.method == "GET" && !$0.path.hasSuffix("events") }.map { fill($0.path, known) }
            let study = "\(Self.base)studies/words"
            paths += people.map { "\(study)/people/\($0)" }
            paths += ["all", "hidden", "flagged"].map { "\(study)/texts?part=\($0)" }
            paths += ["1", "1.1", "\(Self.ids)0", "\(Self.ids)SESSION-0"].map { "\(study)/people?find=\($0)" }
            paths += ["prolific-approve", "csv"].map { "\(study)/payments/file?format=\($0)" }
            #expect(try await boss.post("\(study)/results/uncover", #"{"reason":"to read the report"}"#).status == 200)
            for path in ["report", "report.html"] { #expect(try await rita.get("\(study)/\(path)").status == 200) }
            let generation = try #require(known["generations"])
            paths += ["\(study)/generations?conditions=shown", "\(study)/generations/\(generation)?conditions=shown"]
            for path in paths {
                let told = try await rita.get(path).text
                #expect(!told.contains(Self.hidden) && !told.contains(Self.ids), "\(path)")
            }
            // Admins are told of both, at these same addresses.
            for path in paths { _ = try await boss.get(path) }
            let told = await boss.received
            #expect(told.contains("\(Self.ids)0") && told.contains("The opinions: \(Self.hidden)"))
            #expect(told.contains("A draft: \(Self.hidden)"))
            // What is approved, researchers read.
            let text = try #require(try await server.database.first("SELECT id::text FROM opinions WHERE text = \(Self.hidden)", as: String.self))
            let newest = try #require(try await server.database.first("SELECT max(id) FROM opinion_decisions", as: Int64.self))
            #expect(
                try await boss.post("\(study)/texts/\(text)/decisions", #"{"decision":"approve","after":\#(newest)}"#).status == 200)
            for path in people.map({ "\(study)/people/\($0)" }) + paths.suffix(2) {
                #expect(try await rita.get(path).text.contains(Self.hidden), "\(path)")
            }
            #expect(try await rita.get(paths[paths.count - 1]).text.contains("A draft: \(Self.hidden)"))
        }
    }
}
