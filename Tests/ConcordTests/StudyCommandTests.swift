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
}
