import Consensus
import Exports
import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport
import Testing

@Suite("Training sets", .serialized) struct TrainingSetTests {
    private func inFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try await body(folder)
    }

    @Test("have statements above the thresholds with the text that the mediator reads, and pairs that a member told apart")
    func contents() async throws {
        let database = try await ExportFixture.study(groups: 2, rounds: 2)
        try await inFolder { folder in
            let all = TrainingSetOptions(splits: SplitAssignment(validationShare: 0, testShare: 0))
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: all)
            let examples = try ExportFixture.objects(folder.appending(path: "sft.jsonl"))
            #expect(examples.count == 2 && report.examples == [.train: 2], "one group's statements are of low quality")
            #expect(report.statements.belowThreshold == 2 && report.statements.unrated == 0)
            for example in examples {
                let prompt = try #require(example["prompt"] as? String), completion = try #require(example["completion"] as? String)
                let question = try #require(example["question"] as? String)
                #expect(completion == " We agree that it is good." && example["split"] as? String == "train")
                #expect(example["agreement"] as? Double == 6 && example["quality"] as? Double == 6 && example["raters"] as? Int == 3)
                // What a model that goes on with a text is given, and what it is to go on with.
                let opinions = try await database.query(
                    """
                    SELECT o.text FROM generations n CROSS JOIN LATERAL unnest(n.included_participant_ids) WITH ORDINALITY AS i (id, place)
                         JOIN opinions o ON o.round_id = n.round_id AND o.participant_id = i.id
                         JOIN statements s ON s.generation_id = n.id
                    WHERE s.id::text = \(example["statement_id"] as? String ?? "") ORDER BY i.place
                    """, as: String.self)
                let asked = try PromptTemplate.named("zero-shot", form: .text).messages(question: question, opinions: opinions)
                #expect((prompt + completion).hasPrefix(asked.map(\.text).joined()) && prompt.contains(ExportFixture.sides[0]))
            }
            let pairs = try ExportFixture.objects(folder.appending(path: "preferences.jsonl"))
            #expect(report.preferences == [.train: pairs.count])
            for pair in pairs {
                let chosen = try #require(pair["chosen"] as? String), rejected = try #require(pair["rejected"] as? String)
                let question = try #require(pair["question"] as? String), opinion = try #require(pair["opinion"] as? String)
                let (more, less) = (pair["chosen_agreement"] as? Int ?? 0, pair["rejected_agreement"] as? Int ?? 9)
                #expect(more > less && chosen != rejected)
                // With either answer it is what a reward model made elsewhere reads.
                #expect(
                    (pair["prompt"] as? String ?? "") + chosen
                        == ScoredPreference.text(question: question, opinion: opinion, statement: String(chosen.dropFirst())))
            }
            // All pairs of what a member rated, except of their own words.
            let possible = try await database.first(
                """
                SELECT sum(n * (n - 1) / 2)::int
                FROM (SELECT count(*) AS n FROM presentations p JOIN ratings a ON a.presentation_id = p.id
                      GROUP BY p.round_id, p.participant_id) AS of_member
                """, as: Int.self)
            #expect(pairs.count + report.pairs.tied == possible && report.pairs.betweenParts == 0)
            #expect(report.options == all)
            // The codebook has what was written, and nothing else.
            let codebook = try String(contentsOf: folder.appending(path: "codebook.md"), encoding: .utf8)
            let sections = codebook.components(separatedBy: "\n## ")
            for (name, fields) in TrainingSets.fields {
                let section = try #require(sections.first { $0.hasPrefix("\(name)\n") })
                for field in fields { #expect(section.contains("| `\(field.name)` | "), "\(name): \(field.name)") }
            }
            #expect(codebook.contains("\n\(pairs.count) rows, in `preferences.jsonl`.\n"))
            #expect(!sections.contains { $0.hasPrefix("candidate_comparisons\n") })
        }
    }

    @Test("leave out attention checks, malformed statements, people who were erased and their words, and what the rule leaves out")
    func leftOut() async throws {
        let checks = "attention_checks: [{round: 1, text: Please choose Strongly disagree., agreement: 1}]\n"
        let database = try await ExportFixture.study(
            groups: 2, rounds: 1, more: checks + "inclusion: {members: 2, rounds: 1, answers: 5, excluding_flags: [failed-attention-check]}")
        let options = TrainingSetOptions(quality: 1, agreement: 1, splits: SplitAssignment(validationShare: 0, testShare: 0))
        // Nobody passed the check, as the ratings of it are those of a statement: so nobody counts.
        try await inFolder { folder in
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            #expect(report.examples.isEmpty && report.preferences.isEmpty)
            #expect(try Data(contentsOf: folder.appending(path: "sft.jsonl")).isEmpty, "there, and empty")
        }
        try await database.execute("DELETE FROM flags")
        try await database.execute("UPDATE statements SET malformed = true WHERE text LIKE '%bad.'")
        let person = try #require(
            try await database.first(
                """
                SELECT author_id FROM statements s JOIN rounds r ON r.id = s.round_id JOIN groups g ON g.id = r.group_id
                WHERE author_id IS NOT NULL ORDER BY g.allocation LIMIT 1
                """, as: UUID.self))
        try await Departure(database: database).leave(person, answers: .delete)
        try await inFolder { folder in
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            // The one left was written from an opinion that is gone; the other is malformed.
            #expect(report.examples.isEmpty && report.statements.opinionsDeleted == 1, "\(report)")
            let text = try String(contentsOf: folder.appending(path: "preferences.jsonl"), encoding: .utf8)
            #expect(!text.isEmpty && !text.contains(person.uuidString.lowercased()))
            #expect(!text.contains("Please choose") && !text.contains("bad."))
            for pair in try ExportFixture.objects(folder.appending(path: "preferences.jsonl")) {
                #expect((pair["chosen"] as? String)?.count ?? 0 > 1 && (pair["rejected"] as? String)?.count ?? 0 > 1)
            }
        }
        try await database.execute("UPDATE study_versions SET settings = jsonb_set(settings, '{inclusion,answers}', '99')")
        try await inFolder { folder in
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            #expect(report.preferences.isEmpty)
        }
    }

    @Test("have no opinion that others may not read: neither a member's pairs with it, nor what was written from it; both are counted")
    func hidden() async throws {
        let database = try await ExportFixture.study(groups: 2, rounds: 1)
        let study = try await StudyCatalog(database: database).study(named: "words")
        let (opinion, person, round) = try #require(
            try await database.first(
                """
                SELECT o.id, o.participant_id::text, o.round_id::text FROM opinions o JOIN groups g ON g.id = o.group_id
                WHERE o.text = \(ExportFixture.sides[1]) ORDER BY g.allocation LIMIT 1
                """, as: (UUID, String, String).self))
        _ = try await Reviews(database: database).decide(
            opinion, .hide, because: "rude", after: nil, in: study, by: .commandLine)
        try await inFolder { folder in
            let options = TrainingSetOptions(quality: 1, agreement: 1, splits: SplitAssignment(validationShare: 0, testShare: 0))
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            let examples = try ExportFixture.objects(folder.appending(path: "sft.jsonl"))
            #expect(examples.count == 1 && examples.first?["round_id"] as? String != round, "the other group's")
            #expect(report.statements.opinionsDeleted == 1 && report.examples == [.train: 1])
            let file = folder.appending(path: "preferences.jsonl")
            let pairs = try ExportFixture.objects(file)
            #expect(!pairs.isEmpty && !pairs.contains { $0["participant_id"] as? String == person })
            #expect(pairs.allSatisfy { ($0["opinion"] as? String)?.isEmpty == false } && report.pairs.opinionHidden > 0)

            // The trainer reads no other ratings from the pairs than from the tables.
            try await RatingImport(preferences: file).store(as: "pairs", in: database)
            try await RatingImport(folder: folder).store(as: "dump", in: database)
            let columns: SQL = "a.participant_id, a.opinion, a.statement_id, a.statement, a.agreement"
            let rows: SQL = "SELECT \(sql: columns) FROM imported_ratings a JOIN rating_imports i ON i.id = a.rating_import_id WHERE i.name"
            let (read, other) = try #require(
                try await database.first(
                    """
                    SELECT (SELECT count(*) FROM (\(sql: rows) = 'pairs') AS p),
                           (SELECT count(*) FROM (\(sql: rows) = 'pairs' EXCEPT \(sql: rows) = 'dump') AS d)
                    """, as: (Int, Int).self))
            #expect(read > 0 && other == 0)
        }
    }

    @Test("have parts that share neither a group nor a question, and say what lies between them")
    func parts() async throws {
        let database = try await ExportFixture.study(groups: 8, rounds: 3)
        try await inFolder { folder in
            let options = TrainingSetOptions(
                quality: 1, agreement: 1, splits: SplitAssignment(validationShare: 0.25, testShare: 0.25, seed: 3))
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            #expect(report.pairs.betweenParts > 0)
            try checkParts(folder.appending(path: "sft.jsonl"), report.examples)
            try checkParts(folder.appending(path: "preferences.jsonl"), report.preferences)
        }
    }

    @Test("keep a question out of training that a later version of its question set holds out")
    func relabelled() async throws {
        let database = try await ExportFixture.study(groups: 6, rounds: 1)
        let options = TrainingSetOptions(quality: 1, agreement: 1, splits: SplitAssignment(validationShare: 0, testShare: 0))
        try await inFolder { folder in
            let before = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            #expect(before.examples.keys.sorted { $0.rawValue < $1.rawValue } == [.train] && before.preferences.count == 1)
        }
        let asked = try #require(
            try await database.first(
                "SELECT q.key, q.question FROM rounds r JOIN questions q ON q.id = r.question_id LIMIT 1", as: (String, String).self))
        var questions = try QuestionFile(path: TestStudy.questionsFile).questions
        let place = try #require(questions.firstIndex { $0.key == asked.0 })
        questions[place].split = .oodTest
        questions[place].text = asked.1.replacing(" ", with: "  ")
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        let catalog = StudyCatalog(database: database)
        try await catalog.move("words", to: .paused)
        let yaml = try #require(
            try await database.first("SELECT file FROM study_versions ORDER BY version DESC LIMIT 1", as: String.self))
        _ = try await catalog.edit("words", with: StudyFile(yaml: yaml + "\n"))
        #expect(try await database.first("SELECT count(DISTINCT question_set_version_id) FROM study_versions", as: Int.self) == 2)
        try await inFolder { folder in
            let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
            for (file, counts) in [("sft", report.examples), ("preferences", report.preferences)] {
                let file = folder.appending(path: "\(file).jsonl")
                try checkParts(file, counts)
                for row in try ExportFixture.objects(file) {
                    let isHeldOut = row["question"] as? String == asked.1
                    #expect(row["split"] as? String == (isHeldOut ? "test" : "train"))
                    #expect(row["question_split"] as? String == (isHeldOut ? "ood_test" : "train"))
                }
                #expect(counts[.test] ?? 0 > 0)
            }
        }
    }

    @Test("say of each line what in its texts may identify somebody")
    func identifying() async throws {
        let database = try await ExportFixture.study(groups: 2, rounds: 1)
        try await database.execute(
            """
            UPDATE opinions o SET text = o.text || ' Write to me@example.org' FROM members m
            WHERE m.participant_id = o.participant_id AND m.seat = 1
            """)
        try await database.execute(
            """
            UPDATE statements s SET text = s.text || ' www.example.org' FROM generations n
            WHERE n.id = s.generation_id AND n.condition = 'drafted'
            """)
        try await inFolder { folder in
            let options = TrainingSetOptions(
                quality: 1, agreement: 1, splits: SplitAssignment(validationShare: 0, testShare: 0))
            try await ExportFixture.writeDump(database, to: folder, parts: [Comparisons(), TrainingSets(options)])
            let examples = try ExportFixture.objects(folder.appending(path: "sft.jsonl"))
            #expect(examples.map { $0["may_identify"] as? String } == ["email url", "email url"])
            let pairs = try ExportFixture.objects(folder.appending(path: "preferences.jsonl"))
            #expect(Set(pairs.map { $0["may_identify"] as? String }).count > 2)
            for pair in pairs {
                let texts = ["prompt", "chosen", "rejected"].compactMap { pair[$0] as? String }.joined(separator: "\n")
                let kinds = [("@example", "email"), ("example.org", "url")].filter { texts.contains($0.0) }.map(\.1)
                #expect(pair["may_identify"] as? String == kinds.joined(separator: " "), "\(texts)")
            }
            for row in try ExportFixture.objects(folder.appending(path: "candidate_comparisons.jsonl")) {
                func kinds(_ text: Any?) -> String? {
                    let text = text as? String ?? ""
                    return text.contains("@example") ? "email url" : text.contains("example.org") ? "url" : nil
                }
                #expect(row["own_opinion.may_identify"] as? String == kinds(row["own_opinion.text"]))
                let others = try #require(row["other_opinions.may_identify"] as? [Any]).map { $0 as? String }
                #expect(others == (row["other_opinions.text"] as? [Any])?.map(kinds))
                // The statements' drafts count too: the opinions that one was chosen from.
                #expect(row["candidates_may_identify"] as? String == "email url")
            }
        }
    }

    /// No group and no question of the lines in `file` is in two parts, and there are so many lines per part.
    private func checkParts(_ file: URL, _ counts: [TrainingSplit: Int]) throws {
        var parts: [String: Set<TrainingSplit>] = [:], lines: [TrainingSplit: Int] = [:]
        for row in try ExportFixture.objects(file) {
            let split = try #require(TrainingSplit(rawValue: row["split"] as? String ?? ""))
            lines[split, default: 0] += 1
            for key in ["group_id", "question"] { parts["\(key) \(row[key] as? String ?? "")", default: []].insert(split) }
        }
        #expect(parts.values.allSatisfy { $0.count == 1 } && !parts.isEmpty)
        #expect(lines == counts)
    }

    @Test("go back into the trainer: the ratings are those of the dump, and a model learns from them who agrees with what")
    func roundTrip() async throws {
        let database = try await ExportFixture.study(groups: 14, rounds: 1)
        let elsewhere = try await TestDatabase.fresh()
        try await inFolder { folder in
            // A division with enough groups on both sides, whatever questions they drew.
            var found: TrainingSetsReport?
            for seed in UInt64(1)...200 {
                let options = TrainingSetOptions(splits: SplitAssignment(validationShare: 0.45, testShare: 0, seed: seed))
                let report = try await ExportFixture.writeTrainingSets(database, to: folder, options: options)
                let validation = try groups(folder, "validation"), train = try groups(folder, "train")
                if validation >= 5, train >= 5 {
                    found = report
                    break
                }
            }
            let report = try #require(found)
            #expect(report.pairs.betweenParts == 0, "groups have one round")
            let read = try RatingImport(preferences: folder.appending(path: "preferences.jsonl"))
            try await read.store(as: "pairs", in: elsewhere)
            try await RatingImport(folder: folder).store(as: "dump", in: elsewhere)
            // Everybody told statements apart, so no rating is missing.
            let columns: SQL = "group_id, round_id, participant_id, question, opinion, statement_id, statement, agreement"
            let different = try await elsewhere.first(
                """
                WITH pairs AS (SELECT \(sql: columns) FROM imported_ratings WHERE rating_import_id = (SELECT id FROM rating_imports WHERE name = 'pairs')),
                     dump AS (SELECT \(sql: columns) FROM imported_ratings WHERE rating_import_id = (SELECT id FROM rating_imports WHERE name = 'dump'))
                SELECT count(*)::int FROM ((TABLE pairs EXCEPT TABLE dump) UNION ALL (TABLE dump EXCEPT TABLE pairs)) AS d
                """, as: Int.self)
            #expect(different == 0 && read.count > 100)

            let models = PreferenceModels(
                database: elsewhere, shelf: ModelShelf(standard: try await TestModel.shared(), database: elsewhere))
            let ratings = try await RatingCollection.read(studies: [], imports: ["pairs"], in: elsewhere)
            let trained = try await models.train(
                "agreement", on: ratings, with: PreferenceTraining(components: 2, regularizations: [0.01, 0.1], folds: 2))
            let evaluation = try #require(try await models.evaluate(trained.name, on: ratings).splits["validation"])
            let line = try #require(evaluation.lines.first { $0.name == "model" })
            #expect(line.pairwiseAccuracy.value > 0.5, "on groups and questions that it never saw: \(evaluation.lines)")
        }
    }

    private func groups(_ folder: URL, _ split: String) throws -> Int {
        let pairs = try ExportFixture.objects(folder.appending(path: "preferences.jsonl"))
        return Set(pairs.filter { $0["split"] as? String == split }.compactMap { $0["group_id"] as? String }).count
    }

    @Test("that are no pairs of ratings are refused with the line")
    func badPairs() async throws {
        try await inFolder { folder in
            let file = folder.appending(path: "preferences.jsonl")
            func expect(_ words: String) {
                let error = #expect(throws: ModelRegistryError.self) { try RatingImport.read(file.path) }
                #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
            }
            expect("preferences.jsonl/rounds.csv: there is no such file")
            let good = """
                {"prompt": "p", "chosen": " a", "rejected": " b", "split": "test", "group_id": "g", "round_id": "r",
                 "participant_id": "m", "question": "Q?", "question_split": "ood_test", "opinion": "O", "chosen_statement_id": "1",
                 "rejected_statement_id": "2", "chosen_agreement": 6, "rejected_agreement": 2}
                """.replacing("\n", with: "") + "\n"
            try Data(good.utf8).write(to: file)
            #expect(try RatingImport.read(file.path).count == 2)
            for bad in [
                "{}\n", String(good.prefix(100)), good.replacing("\"chosen_agreement\": 6", with: "\"chosen_agreement\": 8"),
                good.replacing("\"split\": \"test\"", with: "\"split\": \"dev\""),
            ] {
                try Data((good + bad).utf8).write(to: file)
                expect("line 2 is not a pair of ratings")
            }
            let database = try await TestDatabase.fresh()
            try Data((good + good).utf8).write(to: file)
            try await RatingImport.read(file.path).store(as: "two", in: database)
            let stored = try await database.query(
                "SELECT split, statement, agreement FROM imported_ratings ORDER BY statement", as: (String, String, Int16).self)
            #expect(stored.map { "\($0)" } == ["(\"ood_test\", \"a\", 6)", "(\"ood_test\", \"b\", 2)"], "each once")
        }
    }
}

@Suite("The division into parts") struct SplitAssignmentTests {
    private func question(_ number: Int, _ split: Split = .train) -> AskedQuestion {
        AskedQuestion(question: "Should we do thing number \(number)?", split: split)
    }

    @Test("keeps the question set's own splits, and divides its training questions by about the shares, the same each time")
    func questions() {
        let splits = SplitAssignment(validationShare: 0.2, testShare: 0.1)
        #expect(splits.part(of: question(1, .validation)) == .validation)
        #expect(splits.part(of: question(1, .iidTest)) == .test && splits.part(of: question(1, .oodTest)) == .test)
        let parts = (0..<2_000).map { splits.part(of: question($0)) }
        let counts = TrainingSplit.allCases.map { part in parts.count { $0 == part } }
        #expect((1_300...1_500).contains(counts[0]) && (330...470).contains(counts[1]) && (140...260).contains(counts[2]), "\(counts)")
        #expect(parts == (0..<2_000).map { splits.part(of: question($0)) })
        let other = SplitAssignment(validationShare: 0.2, testShare: 0.1, seed: 2)
        #expect(parts != (0..<2_000).map { other.part(of: question($0)) })
        let none = SplitAssignment(validationShare: 0, testShare: 0)
        #expect((0..<100).allSatisfy { none.part(of: question($0)) == .train })
    }

    @Test("never puts a group or a question into two parts, whatever groups were asked, and loses not too much")
    func neverShares() {
        var generator = SplitMix64(seed: 11)
        for rounds in 1...5 {
            let splits = SplitAssignment(seed: UInt64(rounds))
            var ofGroup: [Int: Set<TrainingSplit>] = [:], ofQuestion: [String: Set<TrainingSplit>] = [:]
            var kept: [TrainingSplit: Int] = [:]
            for group in 0..<600 {
                var numbers = Array(0..<100)
                generator.shuffle(&numbers)
                let asked = numbers.prefix(rounds).map { question($0) }
                for one in asked {
                    guard let part = splits.part(of: one, inGroupAsked: asked) else { continue }
                    ofGroup[group, default: []].insert(part)
                    ofQuestion[one.question, default: []].insert(part)
                    kept[part, default: 0] += 1
                }
            }
            #expect(ofGroup.values.allSatisfy { $0.count == 1 } && ofQuestion.values.allSatisfy { $0.count == 1 })
            #expect(ofGroup.count == 600, "every group is of some use")
            let all = kept.values.reduce(0, +)
            #expect(Double(all) > 0.6 * Double(600 * rounds) && TrainingSplit.allCases.allSatisfy { kept[$0] ?? 0 > all / 100 }, "\(rounds): \(kept)")
            if rounds == 1 { #expect(all == 600) }
        }
    }
}
