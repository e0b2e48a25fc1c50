import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// The command line in the audit log.
@Suite struct LoggedCommandTests {
    /// Commands that change nothing for which somebody answers: they read, serve, write files, or do what participants do.
    private static let others: Set<String> = [
        "serve", "worker", "migrate", "simulate", "generate", "log", "help", "user list", "questions list", "questions export",
        "questions versions", "questions diff", "questions proposals", "study list", "study show", "study versions", "study notes",
        "study submissions", "study texts", "study messages", "study watch", "study find", "model list", "model convert",
    ]

    /// What `concord --experimental-dump-help` says.
    private struct Help: Decodable {
        struct Command: Decodable {
            let commandName: String
            let subcommands: [Command]?

            /// The commands under this one that do something, such as "study open".
            func paths(after before: [String] = []) -> [String] {
                guard let subcommands, !subcommands.isEmpty else { return [before.joined(separator: " ")] }
                return subcommands.flatMap { $0.paths(after: before + [$0.commandName]) }
            }
        }

        let command: Command
    }

    private static let picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

    private static let file = TestStudy.yaml(rounds: 2)
        .replacing("size: 3", with: "size: 4")
        .replacing("code: DONE", with: "code: DONE, waiting_code: WAITED, partial_code: PART")

    @Test("Every command that changes something has its line in the log")
    func everyCommand() async throws {
        let url = try await TestDatabase.freshURL()
        let database = try Database(url: url)
        try await DataFolder.with { data in
            var tried: Set<String> = []
            func logged() async throws -> [String] {
                try await database.query("SELECT action FROM audit_log WHERE via = 'command-line' ORDER BY id", as: String.self)
            }
            func run(_ arguments: String..., logs actions: String...) async throws {
                let before = try await logged().count
                let outcome = try await Program(arguments + ["--database-url", url]).wait()
                #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
                let added = try await logged().dropFirst(before)
                #expect(Array(added) == actions, "\(arguments)")
                tried.formUnion((1...2).map { arguments.prefix($0).joined(separator: " ") })
            }
            func one(_ query: SQL) async throws -> String {
                try #require(try await database.first(query, as: String.self))
            }

            try await run("user", "create", "anna", "--role", "admin", logs: "user.create")
            try await run("user", "create", "rita", "--role", "researcher", logs: "user.create")
            try await run("user", "role", "rita", "admin", logs: "user.role")
            try await run("user", "reset-password", "anna", logs: "user.reset-password")
            try await run("user", "create-token", "scripts", logs: "token.create")
            try await run("user", "revoke-token", "scripts", logs: "token.revoke")
            try await run("user", "disable", "rita", logs: "user.disable")
            try await run("user", "enable", "rita", logs: "user.enable")

            let all = try QuestionFile(path: TestStudy.questionsFile).questions
            let few = try data.file("few.csv", QuestionExport.text(Array(all.prefix(8)), as: .csv))
            try await run("questions", "import", TestStudy.questionsFile, "--set", "examples", logs: "questions.import")
            try await run("questions", "import", few, "--set", "few", logs: "questions.import")
            try await run(
                "questions", "add", "mosques", "--set", "few", "--question", "Should mosques be closed?", "--affirming",
                "They should.", "--negating", "They should not.", logs: "questions.add")
            try await run("questions", "edit", "mosques", "--set", "few", "--topic", "religion", logs: "questions.edit")
            try await run("questions", "move", "mosques", "--set", "few", "--to", "2", logs: "questions.move")
            try await run("questions", "retire", "work-01", "--set", "few", logs: "questions.retire")
            try await run("questions", "retire", "work-01", "--undo", "--set", "few", logs: "questions.restore")
            try await run("questions", "topics", "--set", "few", "--move", "work-01", "--to", "pay", logs: "questions.topic")
            try await run("questions", "topics", "--set", "few", "--rename", "pay", "--to", "wages", logs: "questions.rename-topic")
            try await run(
                "questions", "splits", "--set", "examples", "--seed", "4", "--hold-out", "education", logs: "questions.splits")
            try await run("questions", "screen", "--set", "few", "--words-only", logs: "questions.screen")
            let flag = try await one("SELECT id::text FROM question_flags LIMIT 1")
            try await run("questions", "flags", flag, "--set", "few", "--decide", "keep", logs: "questions.keep")
            try await run(
                "questions", "generate", "--set", "few", "--from", "tax-01", "--from", "tax-02", "--count", "1", "--seed", "3",
                "--model", TestModel.path, logs: "questions.write")
            // Whatever the model has written.
            let proposals = try await database.query(
                """
                INSERT INTO question_proposals (question_set_id, question_writing_id, number, question, affirming_statement,
                                                negating_statement, words)
                SELECT v.question_set_id, w.id, 100 + n, 'Should we do thing number ' || n || '?', 'We should.', 'We should not.',
                       '{}'::text[]
                FROM question_writings w JOIN question_set_versions v ON v.id = w.question_set_version_id
                     CROSS JOIN generate_series(1, 2) AS n
                RETURNING id::text
                """, as: String.self)
            try await run("questions", "accept", proposals[0], "--set", "few", logs: "questions.accept")
            try await run("questions", "reject", proposals[1], "--set", "few", logs: "questions.reject")
            try await run(
                "questions", "topics", "--set", "few", "--clusters", "2", "--seed", "1", "--model", TestModel.path,
                logs: "questions.cluster")

            let reward = "\(data.path)/tiny.gguf"
            try TinyRewardModel(words: ["for", "against", "it"]).write(to: reward)
            try TestDump.write(to: URL(filePath: data.path), groups: 6)
            try await run("model", "register", "tiny", reward, "--kind", "reward", logs: "model.register")
            try await run("model", "register", "tiny", reward, "--kind", "reward")  // it is there
            try await run("model", "import-ratings", "pilot", data.path, logs: "model.import-ratings")
            try await run(
                "model", "train-reward", "scaled", "--import", "pilot", "--reward-model", "tiny@1", "--model", TestModel.path,
                logs: "model.train")
            try await run(
                "model", "evaluate", "scaled@1", "--import", "pilot", "--model", TestModel.path, logs: "model.evaluate")

            let platform = Self.file + "\npayment: {currency: GBP, base: 6}\nrecruitment: {source: platform, attributes: [age]}"
            let invited = Self.file.replacing("name: words", with: "name: invited") + "\nrecruitment: {source: invitation}"
            try await run(
                "study", "create", try data.file("words.yml", platform), "--open", logs: "study.create", "study.open")
            try await run(
                "study", "edit", try data.file("edited.yml", platform.replacing("title: Words", with: "title: Other words")),
                logs: "study.edit")
            try await run("study", "create", try data.file("invited.yml", invited), logs: "study.create")
            try await run("study", "invite", "invited", "--count", "1", logs: "study.invite")
            try await run("study", "duplicate", "words", "--as", "words-2", logs: "study.create")
            try await run("study", "note", "words", "Paid more from May on.", logs: "study.note")
            try await run("study", "share", "words", "--with", "anna", logs: "study.share")
            try await run("study", "share", "words", "--with", "rita", logs: "study.share")
            try await run("study", "unshare", "words", "--from", "rita", logs: "study.unshare")
            let image = URL(filePath: "\(data.path)/picture.png")
            try #require(Data(base64Encoded: Self.picture)).write(to: image)
            try await run("study", "picture", image.path(percentEncoded: false), "--shows", "a dot", logs: "picture.upload")
            try await run(
                "study", "attributes", "words", try data.file("people.csv", "Participant id,age\nperson-9,40\n"),
                logs: "study.attributes")

            // Four in a group, three of whom have written; two more wait.
            let answers = Answers(database: database), enrolment = Enrolment(database: database)
            var people: [UUID] = []
            for number in 0..<6 {
                let joined = try await enrolment.join(
                    "words", synthetic: false, from: PlatformIDs(participant: "person-\(number)"))
                people.append(try await Sessions(database: database).participant(with: joined.secret).id)
                try await enrolment.acceptInstructions(people[number])
            }
            for person in people[..<3] {
                try await answers.giveStance(
                    person, round: 1, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "n"))
                try await answers.giveOpinion(person, round: 1, text: "Words of \(person)")
            }
            try await Messages(database: database).send("How long?", key: UUID(), from: people[0])
            let message = try await one("SELECT id::text FROM messages")
            try await run("study", "answer", "words", message, "Seven minutes.", logs: "message.answer")
            try await run("study", "nudge", "words", "person-3", logs: "participant.nudge")
            try await run("study", "extend", "words", "--group", "1", "--minutes", "5", logs: "group.extend")
            try await run("study", "extend", "words", "--person", "person-4", "--minutes", "5", logs: "participant.extend")
            try await run("study", "release", "words", "--person", "person-4", logs: "participant.release")
            try await run(
                "study", "returned", "words", try data.file("returned.txt", "person-5\n"), logs: "participant.returned")
            try await run("study", "move-on", "words", "1", logs: "group.move-on")
            try await run("study", "end-round", "words", "1", logs: "group.end-round")
            try await run("study", "generations", "words", "--conditions", logs: "study.show-conditions")
            try await run("study", "remove", "words", "person-3", "--reason", "they asked", logs: "participant.remove")
            try await run("study", "release", "words", "--group", "1", logs: "group.release")
            let text = try await one("SELECT id::text FROM opinions WHERE participant_id = \(people[0])")
            try await run("study", "review", "words", text, "--hide", "--reason", "not for others", logs: "text.hide")
            try await run("study", "review", "words", text, "--approve", logs: "text.approve")
            try await run(
                "participant", "erase", "person-1", "--study", "words", "--reason", "a letter", logs: "participant.erase")
            try await run("participant", "erase", "person-1", "--study", "words")  // nothing is left
            try await run("study", "bonus", "words", people[0].uuidString.lowercased(), "1.5", "--reason", "thanks", logs: "payment.bonus")
            try await run("study", "payments", "words", "--format", "csv", logs: "payments.file")
            try await run("study", "pay", "words", "--all", logs: "payment.paid")
            try await run("study", "pay", "words", "--all", "--undo", logs: "payment.unpaid")
            try await run(
                "export", "--study", "words", "--out", "\(data.path)/dump", "--no-comparisons", "--no-training-sets",
                logs: "dump.make")
            try await run("report", "--study", "words", "--uncover", "a look", logs: "results.uncover")

            // A rehearsal is given up when the server that was there is not any more.
            try await database.execute("UPDATE deadline_watch SET watched_at = now() + interval '1 hour'")
            let rehearsal = try Program(["study", "rehearse", "words", "--database-url", url])
            var looks = 0
            while looks < 1_200, try await logged().last != "study.rehearse" {
                looks += 1
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try await logged().last == "study.rehearse")
            try await database.execute("UPDATE deadline_watch SET watched_at = now() - interval '1 minute'")
            #expect(await rehearsal.wait().status != 0)
            tried.insert("study rehearse")

            try await run("study", "open", "words-2", logs: "study.open")
            try await run("study", "pause", "words", logs: "study.pause")
            try await run("study", "close", "words", logs: "study.close")
            try await run("study", "archive", "words", logs: "study.archive")
            try await run("study", "unarchive", "words", logs: "study.unarchive")

            let help = try await Program.run("--experimental-dump-help").output
            let commands = Set(try JSONDecoder().decode(Help.self, from: Data(help.utf8)).command.paths())
            #expect(commands.count > 70 && Self.others.subtracting(commands).sorted() == [])
            #expect(commands.subtracting(tried).subtracting(Self.others).sorted() == [], "try it here, or say that it changes nothing")
        }
        await database.close()
    }
}
