import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// What the pages of studies do, from the command line.
@Suite struct StudyCommandTests {
    @Test("A study is copied, noted on, put away and told apart by its versions, and the log has every change")
    func commands() async throws {
        let url = try await TestDatabase.freshURL()
        try await DataFolder.with { data in
            func run(_ arguments: String...) async throws -> String {
                let outcome = try await Program(arguments + ["--database-url", url]).wait()
                #expect(outcome.status == 0, "\(outcome.errors)")
                return outcome.output
            }
            func refused(_ arguments: String...) async throws -> String {
                let outcome = try await Program(arguments + ["--database-url", url]).wait()
                #expect(outcome.status != 0 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
                return outcome.errors
            }
            _ = try await run("questions", "import", TestStudy.questionsFile, "--set", "examples")
            let paid = TestStudy.yaml() + "\npayment: {currency: EUR, base: 3}\nrecruitment: {source: invitation}"
            _ = try await run("study", "create", try data.file("study.yml", paid), "--open")
            _ = try await run("study", "edit", try data.file("edited.yml", paid.replacing("title: Words", with: "title: Other words")))
            let versions = try await run("study", "versions", "words")
            #expect(versions.contains("  Title: Words → Other words") && versions.contains("Version 1") && versions.contains("people get now"))
            #expect(try await run("study", "versions", "words", "--file", "1") == paid)
            #expect(try await refused("study", "versions", "words", "--file", "7").contains("no version 7"))
            #expect(try await run("study", "duplicate", "words", "--as", "words-2").contains("Created study words-2"))
            #expect(try await refused("study", "duplicate", "words", "--as", "words-2").contains("words-2 already"))
            _ = try await run("study", "note", "words", "Paid more from May on.")
            #expect(try await run("study", "notes", "words").contains("command line: Paid more from May on."))
            #expect(try await refused("study", "archive", "words").contains("only a draft or a closed study"))
            _ = try await run("study", "invite", "words", "--count", "2")
            let person = try await Database(url: url).first(
                """
                INSERT INTO participants (study_id, study_version_id, stage)
                SELECT id, running_version_id, 'instructions' FROM studies WHERE name = 'words' RETURNING id
                """, as: UUID.self)
            let id = try #require(person).uuidString.lowercased()
            _ = try await run("study", "bonus", "words", id, "1.5", "--reason", "thanks")
            _ = try await run("study", "remove", "words", id)
            _ = try await run("study", "pause", "words")
            _ = try await run("study", "close", "words")
            _ = try await run("study", "archive", "words")
            #expect(try await !run("study", "list").contains("words "))
            #expect(try await run("study", "list", "--archived").contains("words "))
            _ = try await run("study", "unarchive", "words")
            // A database that was made just now looks as if a server had been here.
            try await Database(url: url).execute("UPDATE deadline_watch SET watched_at = now() - interval '1 minute'")
            #expect(try await refused("study", "rehearse", "words-2").contains("no server runs over this database"))
            let picture = try data.file("picture.png", "no picture")
            #expect(try await refused("study", "picture", picture, "--shows", "x").contains("not a PNG"))
            let logged = try await Database(url: url).query(
                "SELECT action FROM audit_log WHERE via = 'command-line' AND study_id IS NOT NULL ORDER BY id", as: String.self)
            #expect(
                logged == [
                    "study.create", "study.open", "study.edit", "study.create", "study.note", "study.invite", "payment.bonus",
                    "participant.remove", "study.pause", "study.close", "study.archive", "study.unarchive",
                ])
        }
    }

    @Test("A person is found by any id, and how statements were made is told, with conditions only for whoever asks for them")
    func finding() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
        func run(_ arguments: String...) async throws -> String {
            let outcome = try await Program(["study"] + arguments + ["--database-url", url]).wait()
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output
        }
        func looks() async throws -> Int? {
            try await database.first("SELECT count(*) FROM audit_log WHERE action = 'study.show-conditions'", as: Int.self)
        }
        _ = try await QuestionSets(database: database).store(QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        try await StudyCatalog(database: database).create(StudyFile(yaml: TestStudy.yaml() + "\nrecruitment: {source: platform}"))
        try await StudyCatalog(database: database).move("words", to: .open)
        #expect(try await run("generations", "words") == "No statements have been made yet.\n")
        let enrolment = Enrolment(database: database), answers = Answers(database: database)
        var people: [UUID] = []
        for number in 0..<3 {
            let joined = try await enrolment.join("words", synthetic: false, from: PlatformIDs(participant: "person-\(number)"))
            people.append(try await Sessions(database: database).participant(with: joined.secret).id)
            try await enrolment.acceptInstructions(people[number])
        }
        for person in people {
            try await answers.giveStance(
                person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "n"))
            try await answers.giveOpinion(person, round: 1, text: "Words of \(person)")
        }
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await queue.finish(job, with: .opinions([job.opinions[0]]))
        // As a model's draft would be.
        try await database.execute(
            """
            INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish, predictions,
                                    welfare, rank, chosen)
            SELECT id, 1, 1, 0, 'A draft of it', 9, -4.5, 'end', jsonb_build_object(\(people[0])::text, 5.25), 5.25, 1, false
            FROM generations
            """)

        let id = people[1].uuidString.lowercased()
        for text in ["person-1", id, String(id.prefix(8))] {
            let found = try await run("find", "words", text)
            #expect(found.contains(id) && found.contains("person-1"), "\(found)")
        }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let members = try decoder.decode([PeopleSearch.Found].self, from: Data(try await run("find", "words", "group 1", "--json").utf8))
        #expect(members.compactMap(\.seat) == [1, 2, 3] && members.allSatisfy { $0.by == "seat" })
        #expect(try await run("find", "words", "nobody at all") == "Nobody in study words has that id.\n")

        let listed = try await run("generations", "words")
        #expect(listed.contains("finished") && !listed.contains("human-opinion") && !listed.contains("A draft"), "\(listed)")
        #expect(try await run("generations", "words", "--failed") == "No statements have been made yet.\n")
        #expect(try await looks() == 0)
        let shown = try await run("generations", "words", "--conditions", "--group", "1")
        for words in ["human-opinion, finished", "Why: The opinion of seat", "A draft of it", ": 5.25", "not chosen"] {
            #expect(shown.contains(words), "\(shown)")
        }
        let made = try decoder.decode(
            [GenerationRecord].self, from: Data(try await run("generations", "words", "--conditions", "--json").utf8))
        #expect(made.count == 1 && made[0].shown?.statements.count == 1)
        let candidates = try #require(made.first?.making).candidates
        #expect(candidates.map(\.text) == ["A draft of it"] && candidates[0].predictions?.values.first == 5.25)
        #expect(try await looks() == 1)
        await database.close()
    }
}
