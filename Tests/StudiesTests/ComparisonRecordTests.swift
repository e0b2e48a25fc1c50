import Exports
import Foundation
import Postgres
import Studies
import Synchronization
import TestSupport
import Testing

/// The tables in the scheme of the Habermas Machine data set and the training sets, which Tests/Dumps loads with other tools.
@Suite struct ComparisonRecordTests {
    @Test("A study is written with every part, as JSON Lines and Parquet; Tests/Dumps loads it")
    func record() async throws {
        let temporary = try TestFolder.make()
        defer { TestFolder.remove(temporary) }
        let record = ProcessInfo.processInfo.environment["CONCORD_DUMP_RECORD"].map { URL(filePath: $0, directoryHint: .isDirectory) }
        let folder = (record ?? temporary).appending(path: "comparisons")
        try? FileManager.default.removeItem(at: folder)
        let database = try await ExportFixture.study(
            groups: 6, rounds: 2,
            more: """
                attention_checks: [{round: 2, text: Please choose Strongly disagree., agreement: 1}]
                surveys: {round: [{key: clear, kind: choice, text: Was it clear?, options: ["Yes", "No"]}]}
                data_version: EVALUATION_V2
                """
        ) { people, group, round, database in
            for person in people {
                try await SurveyResponses(database: database).give(person, .round, round: round, answers: ["clear": .text("Yes")])
            }
        }
        // Somebody who never got to the end of their last round.
        try await database.execute(
            """
            WITH unrated AS (SELECT p.id FROM presentations p JOIN rounds r ON r.id = p.round_id JOIN groups g ON g.id = r.group_id
                             WHERE r.number = 2 AND g.allocation = 5
                               AND p.participant_id = (SELECT participant_id FROM members WHERE group_id = g.id AND seat = 3)),
                 gone AS (DELETE FROM flags WHERE presentation_id IN (TABLE unrated))
            DELETE FROM ratings WHERE presentation_id IN (TABLE unrated)
            """)
        var options = DumpOptions()
        options.formats = [.csv, .parquet]
        options.parquet = ParquetWriter(
            scripts: TestStudy.root.appending(path: "scripts"), python: ProcessInfo.processInfo.environment["CONCORD_PYTHON"])
        options.parts = [Comparisons(), TrainingSets(TrainingSetOptions(quality: 5, agreement: 5))]
        let study = try await StudyCatalog(database: database).study(named: "words")
        let result = try await Dump(of: study, in: database).write(to: folder, options)
        #expect(result.rows["candidate_comparisons"] == 6 * 3 * 2 && result.rows["survey_responses"] == 6 * 3 * 2)
        #expect(try await DumpCheck.run(folder).problems == [])

        let codebook = try String(contentsOf: folder.appending(path: "codebook.md"), encoding: .utf8)
        let parts = ComparisonTable.allCases.map { ($0.rawValue, $0.fields) } + TrainingSets.fields.map { ($0.file, $0.fields) }
        for (name, fields) in parts {
            let section = try #require(codebook.components(separatedBy: "\n## ").first { $0.hasPrefix("\(name)\n") }, "\(name)")
            #expect(section.contains("`\(name).jsonl`"))
            #expect(section.contains("`\(name).parquet`") == (ComparisonTable(rawValue: name) != nil))
            for field in fields {
                #expect(section.contains("| `\(field.name)` | ") && section.contains(" | \(field.description) |\n"), "\(name): \(field.name)")
            }
        }

        // The same state gives the same bytes; where Parquet is not among the formats there are only lines.
        let again = temporary.appending(path: "again")
        options.formats = [.csv]
        try await Dump(of: study, in: database).write(to: again, options)
        for name in ComparisonTable.allCases.map(\.rawValue) + TrainingSets.fields.map(\.file) {
            let (one, other) = (folder.appending(path: "\(name).jsonl"), again.appending(path: "\(name).jsonl"))
            #expect(FileManager.default.contentsEqual(atPath: one.path(), andPath: other.path()), "\(name)")
            #expect(!FileManager.default.fileExists(atPath: again.appending(path: "\(name).parquet").path()))
        }
    }

    @Test("What has changed since another dump has the rows of the groups in which anything did, and whole training sets")
    func increment() async throws {
        let database = try await ExportFixture.study(groups: 2, rounds: 1)
        let temporary = try TestFolder.make()
        defer { TestFolder.remove(temporary) }
        let first = temporary.appending(path: "first"), later = temporary.appending(path: "later")
        try await ExportFixture.writeDump(database, to: first, parts: [])
        let nothing = try await increment(of: database, since: first, to: later)
        #expect(nothing.rows["candidate_comparisons"] == 0 && nothing.rows["survey_responses"] == 0)
        #expect(nothing.rows["preferences"] ?? 0 > 0)
        let person = try #require(
            try await database.first(
                "SELECT m.participant_id FROM members m JOIN groups g ON g.id = m.group_id WHERE g.allocation = 1 AND m.seat = 3",
                as: UUID.self))
        try await Departure(database: database).leave(person, answers: .delete)
        #expect(try await increment(of: database, since: first, to: later).rows["candidate_comparisons"] == 2)
    }

    @Test("Brought up to date by their keys, the lines of an earlier dump are those of a later one, and nothing of an erased person is left")
    func broughtUpToDate() async throws {
        let database = try await ExportFixture.study(
            groups: 2, rounds: 2,
            more: "surveys: {round: [{key: clear, kind: choice, text: Was it clear?, options: [\"Yes\", \"No\"]}]}"
        ) { people, _, round, database in
            for person in people {
                try await SurveyResponses(database: database).give(person, .round, round: round, answers: ["clear": .text("Yes")])
            }
        }
        let temporary = try TestFolder.make()
        defer { TestFolder.remove(temporary) }
        let first = temporary.appending(path: "first"), later = temporary.appending(path: "later")
        let whole = temporary.appending(path: "whole")
        try await ExportFixture.writeDump(database, to: first, parts: [Comparisons()])
        let person = try #require(
            try await database.first(
                "SELECT m.participant_id FROM members m JOIN groups g ON g.id = m.group_id WHERE g.allocation = 1 AND m.seat = 1",
                as: UUID.self))
        try await Departure(database: database).leave(person, answers: .delete)
        try await increment(of: database, since: first, to: later)
        try await ExportFixture.writeDump(database, to: whole, parts: [Comparisons()])

        let tombstones = try DumpFiles(later).tables["tombstones"] ?? []
        for table in ComparisonTable.allCases.map(\.rawValue) {
            func lines(_ folder: URL) throws -> [String: String] {
                let text = try String(contentsOf: folder.appending(path: "\(table).jsonl"), encoding: .utf8)
                return try Dictionary(
                    uniqueKeysWithValues: text.split(separator: "\n").map {
                        (try #require(try ExportFixture.object(String($0))["metadata.id"] as? String), String($0))
                    })
            }
            let gone = try tombstones.filter { $0["table_name"] == table }.map { try ExportFixture.object($0["key"] ?? "") }
            var brought = try lines(first)
            #expect(brought.values.contains { $0.contains(person.uuidString.lowercased()) })
            brought = try brought.filter { _, line in
                let row = try ExportFixture.object(line)
                return !gone.contains { $0.allSatisfy { row[$0.key] as? String == $0.value as? String } }
            }
            brought.merge(try lines(later)) { $1 }
            #expect(try brought == lines(whole), "\(table)")
            #expect(!brought.values.contains { $0.contains(person.uuidString.lowercased()) })
        }
    }

    @discardableResult
    private func increment(of database: Database, since first: URL, to folder: URL) async throws -> Dump.Result {
        var options = DumpOptions()
        options.since = try await PreviousDump.read(first)
        options.parts = [Comparisons(), TrainingSets()]
        let study = try await StudyCatalog(database: database).study(named: "words")
        return try await Dump(of: study, in: database).write(to: folder, options)
    }

    @Test("Memory stays flat while many rows are written")
    func flat() async throws {
        let database = try await StudyFixture.openStudy(ManyRatings.yaml)
        try await ManyRatings.insert(8_000, study: "words", into: database)
        let temporary = try TestFolder.make()
        defer { TestFolder.remove(temporary) }
        try await ExportFixture.writeDump(database, to: temporary.appending(path: "warm"), parts: [Comparisons(), TrainingSets()])
        let idle = DumpSizeTests.resident(), most = Mutex(0)
        var options = DumpOptions()
        options.parts = [Comparisons(), TrainingSets()]
        let study = try await StudyCatalog(database: database).study(named: "words")
        let result = try await Dump(of: study, in: database).write(to: temporary.appending(path: "dump"), options) { _ in
            most.withLock { $0 = max($0, DumpSizeTests.resident() - idle) }
        }
        #expect(result.rows["candidate_comparisons"] == 1_600 && result.rows["preferences"] ?? 0 > 1_000)
        // In the order of groups, rounds and seats.
        let seats = try await database.query(
            """
            SELECT r.id, m.participant_id FROM groups g JOIN rounds r ON r.group_id = g.id JOIN members m ON m.group_id = g.id
            ORDER BY g.created_at, g.id, r.number, m.seat
            """, as: (UUID, UUID).self)
        let rows = try ExportFixture.objects(temporary.appending(path: "dump/candidate_comparisons.jsonl"))
        #expect(
            rows.map { "\($0["round_id"] ?? "") \($0["metadata.participant_id"] ?? "")" }
                == seats.map { "\($0.0) \($0.1)".lowercased() })
        #expect(rows.count { $0["included"] as? Bool == true } == 1_560, "those with a flag are out")
        #expect(most.withLock { $0 } < 40 << 20)
        await database.close()
    }
}
