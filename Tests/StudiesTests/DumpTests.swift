import Crypto
import Exports
import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct DumpTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try await body(folder)
    }

    private static func bytes(_ url: URL) -> Data? { FileManager.default.contents(atPath: url.path(percentEncoded: false)) }

    /// Every file of a folder, by name.
    private static func files(_ folder: URL) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
        return Dictionary(uniqueKeysWithValues: names.map { ($0, bytes(folder.appending(path: $0)) ?? Data()) })
    }

    private func finishedStudy() async throws -> (DumpStudy, [UUID]) {
        let study = try await DumpStudy.open()
        var people: [UUID] = []
        for number in 1...3 { people.append(try await study.arrive("person-\(number)")) }
        try await study.goOn(people)
        return (study, people)
    }

    @Test("A dump has every table, and each row, key, reference and value is as its descriptor says")
    func whole() async throws {
        let (study, people) = try await finishedStudy()
        try await withFolder { folder in
            let dump = try await study.dump(to: folder)
            #expect(dump.faults() == [])
            for (name, rows) in dump.tables { #expect(!rows.isEmpty || name == "flags", "\(name) is empty") }
            #expect(dump.tables["participants"]?.map { $0["stage"] } == ["done", "done", "done"])
            #expect(dump.tables["memberships"]?.count == 3 && dump.tables["rounds"]?.count == 2)
            #expect(dump.tables["predictions"]?.count == 16, "of three members with four candidates, of two with two opinions")
            let wide = try #require(dump.tables["participants_wide"]?.first)
            #expect(wide["entry_age"] == "40" && wide["exit_again"] == "Yes" && wide["round2_survey_fair"] == "4")
            #expect(wide["round1_affirming"] == "6" && wide["opinions"] == "2" && wide["owed"] == "3.00")
            let given = (dump.tables["ratings"] ?? []).filter { $0["participant_id"] == wide["participant_id"] }
            #expect(wide["ratings"] == "\(given.count)" && wide["attention_checks"] == "1")
            // Others' words are in other columns than ours.
            #expect(dump.tables["opinions"]?.first?["text"]?.contains("\",\n") == false)
            #expect(Set(dump.tables["participants"]?.map { $0["participant_id"] ?? "" } ?? []) == Set(people.map { $0.uuidString.lowercased() }))
            let descriptor = try #require(Self.bytes(folder.appending(path: "datapackage.json")))
            let text = String(decoding: descriptor, as: UTF8.self)
            #expect(text.contains("\"CC-BY-4.0\"") && text.contains("Somebody (2026). Words."))
            let codebook = String(decoding: try #require(Self.bytes(folder.appending(path: "codebook.md"))), as: UTF8.self)
            for (name, rows) in dump.tables { #expect(codebook.contains("## \(name)\n"), "\(rows.count)") }
            #expect(codebook.contains("Nobody had their answers deleted."))
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
            #expect(!names.contains { $0.hasPrefix(".") }, "nothing is left over")
        }
    }

    @Test("A dump that was cut off, changed or lost in part is found out, in a folder and in a zip file")
    func checked() async throws {
        let (study, _) = try await finishedStudy()
        try await withFolder { folder in
            let there = folder.appending(path: "dump"), zip = folder.appending(path: "dump.zip")
            try await Dump(of: study.study, in: study.database).write(to: there)
            try await Dump(of: study.study, in: study.database).write(to: zip)
            #expect(try await DumpCheck.run(there).problems == [])
            #expect(try await DumpCheck.run(zip).problems == [])
            let opinions = there.appending(path: "opinions.csv"), whole = try #require(Self.bytes(opinions))
            try whole.prefix(whole.count - 30).write(to: opinions)
            #expect(try await DumpCheck.run(there).problems.first?.contains("it was cut off") == true)
            var changed = whole
            changed[changed.count - 5] ^= 1
            try changed.write(to: opinions)
            #expect(try await DumpCheck.run(there).problems == ["opinions.csv was changed: its SHA-256 is another"])
            try FileManager.default.removeItem(at: opinions)
            #expect(try await DumpCheck.run(there).problems.first?.contains("it is not there") == true)
            // Without its descriptor it is none.
            try FileManager.default.removeItem(at: there.appending(path: "datapackage.json"))
            await #expect(throws: DumpError.noDump(there.path(percentEncoded: false))) { try await DumpCheck.run(there) }
            await #expect(throws: DumpError.self) { try await DumpCheck.run(folder.appending(path: "nothing")) }
            let packed = try #require(Self.bytes(zip))
            try packed.prefix(packed.count / 2).write(to: zip)
            await #expect(throws: DumpError.self) { try await DumpCheck.run(zip) }
            var damaged = packed
            damaged[200] ^= 0xff
            try damaged.write(to: zip)
            #expect(try await DumpCheck.run(zip).problems.count == 1)
        }
    }

    @Test("A dump that ends before its time leaves nothing that passes for one; the next in its place is whole")
    func interrupted() async throws {
        struct Stop: Error {}
        struct Failing: DumpPart {
            func write(with writer: DumpWriter) async throws { throw Stop() }
        }
        let (study, _) = try await finishedStudy()
        try await withFolder { folder in
            var options = DumpOptions()
            try await Dump(of: study.study, in: study.database).write(to: folder)
            options.parts = [Failing()]
            let zip = folder.appending(path: "a.zip")
            await #expect(throws: Stop.self) { try await Dump(of: study.study, in: study.database).write(to: folder, options) }
            await #expect(throws: Stop.self) { try await Dump(of: study.study, in: study.database).write(to: zip, options) }
            await #expect(throws: DumpError.self) { try await DumpCheck.run(folder) }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
            #expect(!names.contains { $0.hasPrefix(".") || $0.hasSuffix(".zip") })
            #expect(try await study.dump(to: folder).faults() == [])
            await #expect(throws: DumpError.self) {
                try await Dump(of: study.study, in: study.database).write(to: URL(filePath: "/proc/nothing/dump"))
            }
            options.parts = []
            options.formats = [.parquet]
            await #expect(throws: DumpError.noParquetWriter) {
                try await Dump(of: study.study, in: study.database).write(to: folder, options)
            }
            options.parquet = ParquetWriter(scripts: TestStudy.root.appending(path: "scripts"), python: "/bin/false")
            await #expect(throws: DumpError.self) { try await Dump(of: study.study, in: study.database).write(to: folder, options) }
        }
    }

    @Test("All tables are of one moment, whatever is stored while they are written")
    func consistent() async throws {
        /// Somebody comes and goes on while the dump is under way.
        struct Meanwhile: DumpPart {
            let study: DumpStudy
            func write(with writer: DumpWriter) async throws {
                let before = try await writer.connection.first("SELECT count(*) FROM participants", as: Int.self)
                _ = try await study.act(study.arrive("late"))
                let now = try await writer.connection.first("SELECT count(*) FROM participants", as: Int.self)
                #expect(before == 3 && now == 3)
                try await writer.file("meanwhile.txt", "A note.", mediaType: "text/plain") { try await $0.write("three\n") }
                let fields = [ArrowField("place", .integer), ArrowField("words", .string)]
                try await writer.rows("people", "People.", fields: fields, as: [.jsonl]) { file in
                    struct Row: Encodable { let place: Int, words: String }
                    try await file.append(Row(place: 1, words: "a/b\n"))
                    try await file.copy("SELECT json_build_object('place', 2, 'words', E'\"x\"\\n')", over: writer.connection)
                }
            }
        }
        let (study, _) = try await finishedStudy()
        try await withFolder { folder in
            var options = DumpOptions()
            options.parts = [Meanwhile(study: study)]
            #expect(try await study.dump(options, to: folder).faults() == [])
            #expect(try await study.database.first("SELECT count(*) FROM participants", as: Int.self) == 4)
            #expect(try await DumpCheck.run(folder).isWhole)
            #expect(Self.bytes(folder.appending(path: "meanwhile.txt")) == Data("three\n".utf8))
            let people = try String(contentsOf: folder.appending(path: "people.jsonl"), encoding: .utf8)
            let lines = [#"{"place":1,"words":"a/b\n"}"#, #"{"place" : 2, "words" : "\"x\"\n"}"#, ""]
            #expect(people.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == lines)
        }
    }

    @Test("Made again from a finished study a dump has the same name and bytes, also in a zip file, whatever else goes on")
    func reproducible() async throws {
        let (study, people) = try await finishedStudy()
        try await withFolder { folder in
            var options = DumpOptions()
            options.formats = [.csv, .jsonl]
            let first = folder.appending(path: "one"), zip = folder.appending(path: "one.zip")
            let result = try await Dump(of: study.study, in: study.database).write(to: first, options)
            try await Dump(of: study.study, in: study.database).write(to: zip, options)
            // Another study goes on, and somebody looks at their last page.
            try await StudyCatalog(database: study.database).create(StudyFile(yaml: TestStudy.yaml().replacing("name: words", with: "name: other")))
            try await StudyCatalog(database: study.database).move("other", to: .open)
            _ = try await Enrolment(database: study.database).join("other", synthetic: false)
            try await study.database.execute("UPDATE participants SET last_seen_at = now() WHERE id = \(people[0])")
            let again = folder.appending(path: "again"), zipAgain = folder.appending(path: "again.zip")
            #expect(try await Dump(of: study.study, in: study.database).write(to: again, options).name == result.name)
            try await Dump(of: study.study, in: study.database).write(to: zipAgain, options)
            #expect(try Self.files(first) == Self.files(again))
            #expect(Self.bytes(zip) == Self.bytes(zipAgain))
            _ = try await study.arrive("late")
            #expect(try await Dump(of: study.study, in: study.database).write(to: again, options).name != result.name)
        }
    }

    @Test("Ids of platforms are HMAC-SHA256 pseudonyms under the study's key, unless they are asked for")
    func pseudonyms() async throws {
        let (study, _) = try await finishedStudy()
        try await withFolder { folder in
            let key = try #require(try await study.database.first("SELECT pseudonym_key FROM studies", as: Data.self))
            let dump = try await study.dump(to: folder)
            let expected = (1...3).map { number in
                HMAC<SHA256>.authenticationCode(for: Data("person-\(number)".utf8), using: SymmetricKey(data: key))
                    .map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
            #expect(dump.tables["participants"]?.map { $0["platform_id"] } == expected)
            for bytes in try Self.files(folder).values { #expect(!String(decoding: bytes, as: UTF8.self).contains("person-1")) }
            var options = DumpOptions()
            options.platformIDs = true
            #expect(try await study.dump(options, to: folder).tables["participants"]?.first?["platform_id"] == "person-1")
            // Longer keys are hashed first (RFC 4231, test case 6).
            let digest = try await study.database.first(
                """
                SELECT encode(hmac_sha256(hmac_pads(decode(repeat('aa', 131), 'hex')),
                                          'Test Using Larger Than Block-Size Key - Hash Key First'), 'hex')
                """, as: String.self)
            #expect(digest == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        }
    }

    @Test("What may say who somebody is, is found in free text, as the screen finds it")
    func identifying() async throws {
        let cases: [(String, String)] = [
            ("Write to anna.b+x@mail.example.org please", "email"), ("see https://example.net/me", "url"), ("my page anna.de", "url"),
            ("I am @anna_b there", "handle"), ("call +49 30 1234567", "phone"), ("(030) 123-4567 89", "phone"),
            ("555-123-45678", "phone"), ("DE89 3704 0044 0532 0130 00", "iban"), ("4111 1111 1111 1111", "card"),
            ("Hello, my name is Anna", "name"), ("ich heiße Anna", "name"), ("From 1990 to 2000 @ noon", ""),
            ("Taxes of 20 % in 2024, or 1,000,000 a year, are fair.", ""), ("I agree. Though it depends", ""), ("e.g. this, etc.", ""),
            // Those of the screen (TextScreenTests).
            ("anna (at) example.org 🙂 and @anna_b too", "email"), ("🙂🙂 Call +44 20 7946 0958 and we talk", "phone"),
            ("رقمي ٠٥٠ ١٢٣ ٤٥٦٧ وهذا رأيي في الأمر", "phone"), ("البطاقة ۴۱۱۱ ۱۱۱۱ ۱۱۱۱ ۱۱۱۱ لي", "card"),
            ("I am 5f3e1a2b3c4d5e6f7a8b9c0d on Prolific", "id"), ("My number is AB 12 34 56 C there", "id"),
            ("We at 12 Baker Street need more buses", "address"), ("In der Hauptstraße 5 ist es laut", "address"),
            ("Near SW1A 1AA it is loud", "address"), ("see anna.io for more", "url"), ("or rather anna.me for that", "url"),
            ("اسمي خالد وأنا مع هذا الاقتراح", "name"),
            ("The years 1990-1995 were bad. And I say so. We spend 12.50 each.", ""), ("In 1,000 years or ٢٠٢٥ already", ""),
            ("Words of 2f9d1c34-7b0e-4a6f-9c21-5d8e0b7a6f13", ""),
        ]
        let study = try await DumpStudy.open()
        for number in cases.indices {
            // The survey, the instructions and two tries at the questions.
            let person = try await study.arrive("p\(number)")
            for _ in 0..<4 { _ = try await study.act(person) }
            if number % 3 < 2 { continue }
            // Their group has come together.
            let members = try await study.database.query(
                "SELECT participant_id FROM members m JOIN groups g ON g.id = m.group_id ORDER BY g.created_at DESC, m.seat LIMIT 3",
                as: UUID.self)
            for (member, index) in zip(members, (number - 2)...number) {
                while try await study.act(member, opinion: cases[index].0 + " and so on") {}
            }
        }
        try await withFolder { folder in
            let opinions = try #require(try await study.dump(to: folder).tables["opinions"])
            #expect(opinions.count == cases.count)
            for (text, kind) in cases {
                let found = opinions.first { $0["text"] == text + " and so on" }?["may_identify"] ?? "?"
                #expect(kind.isEmpty ? found.isEmpty : found.split(separator: " ").contains(Substring(kind)), "\(text): \(found)")
            }
        }
    }

    @Test("So are answers to surveys in participants_wide and in the scheme of the Habermas Machine data set, and reasons of payments")
    func identifyingElsewhere() async throws {
        let study = try await DumpStudy.open()
        let person = try await study.arrive("person-1")
        _ = try await study.act(person)
        _ = try await study.arrive("person-2")
        try await study.database.execute(
            """
            INSERT INTO payments (participant_id, kind, amount, currency, reason)
            VALUES (\(person), 'bonus', 1, 'EUR', 'For @anna'), (\(person), 'base', 1, 'EUR', 'done')
            """)
        try await withFolder { folder in
            var options = DumpOptions()
            options.parts = [Comparisons()]
            let tables = try await study.dump(options, to: folder).tables
            let payments = (tables["payments"] ?? []).map { [$0["reason"], $0["may_identify"]] }
            #expect(Set(payments) == [["For @anna", "handle"], ["done", ""]])
            let id = person.uuidString.lowercased()
            let wide = (tables["participants_wide"] ?? []).map { [$0["participant_id"] == id ? "first" : "other", $0["may_identify"]] }
            #expect(Set(wide) == [["first", "email url"], ["other", ""]])
            let row = try #require(try ExportFixture.objects(folder.appending(path: "survey_responses.jsonl")).first)
            let found = try #require(row["responses.may_identify"] as? [Any]).map { $0 as? String }
            #expect(row["responses.question_id"] as? [String] == ["age", "words"] && found == [nil, "email url"])
        }
    }

    @Test("Where files lie on the server is in no file of a dump; an infinite aversion is INF in CSV, as Table Schema has it")
    func generations() async throws {
        let database = try await ExportFixture.study(groups: 1, rounds: 1)
        try await database.execute(
            """
            UPDATE generations
            SET alpha = 'Infinity', model = model || '{"adapterPath": "/home/anna/tuned.gguf", "adapterSHA256": "cd34"}'
            WHERE source = 'model'
            """)
        try await database.execute(
            "UPDATE generations SET error = 'there is no model file at /home/Anna Smith/small.gguf' WHERE source = 'human-opinion'")
        try await withFolder { folder in
            var options = DumpOptions()
            options.formats = [.csv, .jsonl]
            options.parts = [Comparisons(), TrainingSets()]
            let study = try await StudyCatalog(database: database).study(named: "words")
            try await Dump(of: study, in: database).write(to: folder, options)
            for (name, bytes) in try Self.files(folder) {
                let text = String(decoding: bytes, as: UTF8.self)
                #expect(!text.contains("/home/") && !text.contains("/models/"), "\(name)")
            }
            let rows = try DumpFiles(folder).tables["generations"] ?? []
            #expect(rows.contains { $0["error"] == "there is no model file at small.gguf" })
            let drafted = try #require(rows.first { $0["source"] == "model" })
            let model = try ExportFixture.object(drafted["model"] ?? "")
            #expect(model["name"] as? String == "small.gguf" && model["sha256"] as? String == "ab12")
            #expect(model["adapterSHA256"] as? String == "cd34" && model["path"] == nil && model["adapterPath"] == nil)
            let lines = try ExportFixture.objects(folder.appending(path: "generations.jsonl"))
            let line = try #require(lines.first { $0["source"] as? String == "model" })
            #expect(drafted["alpha"] == "INF" && line["alpha"] as? String == "Infinity")
        }
    }

    @Test("What admins did is among the events, also in what has changed since another dump")
    func interventions() async throws {
        let study = try await DumpStudy.open()
        var people: [UUID] = []
        for number in 1...3 { people.append(try await study.arrive("person-\(number)")) }
        for person in people { for _ in 0..<4 { _ = try await study.act(person) } }
        let group = try #require(try await study.database.first("SELECT id FROM groups", as: UUID.self))
        let outsider = try await study.arrive("person-4")
        try await withFolder { folder in
            let before = folder.appending(path: "before")
            #expect(try await study.dump(to: before).tables["events"]?.contains { $0["event"] == "given-more-time" } == false)
            let interventions = Interventions(database: study.database), settled = try await study.study
            for intervention in [
                .remove(outsider, reason: "Their words"), .nudge(people[0]), .extendGroup(group, minutes: 5, deadline: nil),
                .moveOn(group, round: 9, phase: nil), .endRound(group, round: 1),
            ] as [Intervention] {
                _ = try await interventions.carryOut(intervention, in: settled, by: .commandLine)
            }
            let id = group.uuidString.lowercased()
            let expected: [[String]] = [
                ["removed", outsider.uuidString.lowercased(), "", ""], ["nudged", people[0].uuidString.lowercased(), id, ""],
                ["given-more-time", "", id, "5.0"], ["round-ended", "", id, "1"],
            ]
            func done(_ dump: DumpFiles) -> [[String]] {
                (dump.tables["events"] ?? []).filter { event in expected.contains { $0[0] == event["event"] } || event["event"] == "moved-on" }
                    .map { event in ["event", "participant_id", "group_id", "detail"].map { event[$0] ?? "?" } }
            }
            let whole = try await study.dump(to: folder.appending(path: "whole"))
            #expect(whole.faults() == [] && done(whole) == expected, "what was not done is no event")
            var options = DumpOptions()
            options.since = try await PreviousDump.read(before)
            #expect(try await done(study.dump(options, to: folder.appending(path: "later"))) == expected)
        }
    }

    @Test("For spreadsheets: a byte order mark, and nothing that begins like a formula")
    func excel() async throws {
        let (study, _) = try await finishedStudy()
        try await study.database.execute("UPDATE opinions SET text = E'-2+3\\tcmd'")
        try await withFolder { folder in
            var options = DumpOptions()
            options.excel = true
            options.formats = [.csv, .jsonl]
            try await Dump(of: study.study, in: study.database).write(to: folder, options)
            let survey = try #require(Self.bytes(folder.appending(path: "survey_answers.csv")))
            #expect(survey.prefix(3) == Data([0xef, 0xbb, 0xbf]))
            let text = String(decoding: survey, as: UTF8.self)
            #expect(text.contains("\"'=1+1, write to me@example.org\",email") && !text.contains(",\"=1+1"))
            #expect(String(decoding: Self.bytes(folder.appending(path: "opinions.csv")) ?? Data(), as: UTF8.self).contains(",'-2+3\tcmd,"))
            #expect(
                String(decoding: Self.bytes(folder.appending(path: "candidates.csv")) ?? Data(), as: UTF8.self).contains(",-30.25,"),
                "numbers stay numbers")
            #expect(String(decoding: Self.bytes(folder.appending(path: "opinions.jsonl")) ?? Data(), as: UTF8.self).contains(#""-2+3\tcmd""#))
            #expect(try await DumpCheck.run(folder).isWhole)
        }
    }

    @Test("docs/data-dictionary.md has the tables of the code")
    func dictionary() async throws {
        let file = TestStudy.root.appending(path: "docs/data-dictionary.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let begin = "<!-- The tables: made from Sources/Exports/Tables. -->\n", end = "<!-- End of the tables. -->"
        let start = try #require(text.range(of: begin)), stop = try #require(text.range(of: end))
        let tables = DataDictionary.text
        if ProcessInfo.processInfo.environment["CONCORD_WRITE_DOCS"] != nil {
            try (text[..<start.upperBound] + "\n" + tables + "\n" + text[stop.lowerBound...]).write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(String(text[start.upperBound..<stop.lowerBound]) == "\n" + tables + "\n", "CONCORD_WRITE_DOCS=1 swift test --filter dictionary writes it")
        }
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(command[0])")
    }

    @Test("A study is backed up by pg_dump and restored into another database, whose dump has the same bytes; it goes on with dumps from before the backup, and with no other's from after it")
    func backup() async throws {
        let url = try await TestDatabase.freshURL(), other = try await TestDatabase.emptyURL()
        let study = try await DumpStudy.open(Database(url: url))
        var people: [UUID] = []
        for number in 1...3 { people.append(try await study.arrive("person-\(number)")) }
        try await study.goOn(people)
        try await withFolder { folder in
            func since(_ dump: URL) async throws -> DumpOptions {
                var options = DumpOptions()
                options.since = try await PreviousDump.read(dump)
                return options
            }
            func expectRefused(_ study: DumpStudy, since dump: URL) async throws {
                let options = try await since(dump), name = try DumpFiles(dump).name
                await #expect(throws: DumpError.otherDatabase(name)) {
                    try await study.dump(options, to: folder.appending(path: "refused"))
                }
            }
            let backup = folder.appending(path: "backup").path(percentEncoded: false)
            let here = folder.appending(path: "here"), there = folder.appending(path: "there")
            let before = try await study.dump(to: here)
            try Self.run(["pg_dump", "--format=custom", "--file=\(backup)", url])
            try Self.run(["pg_restore", "--no-owner", "--dbname=\(other)", backup])
            let restored = DumpStudy(database: try Database(url: other)), database = restored.database
            // In the same cluster, where transactions are not counted anew.
            try await ChangeClock.settle(in: database)
            let ours = try await ChangeClock.lineages(in: study.database), theirs = try await ChangeClock.lineages(in: database)
            #expect(ours.count == 1 && theirs.count == 2 && theirs.first == ours.first)
            #expect(try await restored.dump(to: there).name == before.name)
            #expect(try Self.files(here) == Self.files(there))

            // Both go on.
            let after = folder.appending(path: "after"), late = folder.appending(path: "late")
            _ = try await study.arrive("after")
            _ = try await study.dump(to: after)
            for number in 1...3 { _ = try await restored.arrive("late-\(number)") }
            let later = try await restored.dump(since(here), to: late)
            #expect(later.tables["participants"]?.count == 3 && later.tables["opinions"]?.isEmpty == true)
            try await expectRefused(restored, since: after)
            try await expectRefused(study, since: late)
            #expect(try await restored.dump(since(late), to: folder.appending(path: "same")).tables["participants"]?.isEmpty == true)
            #expect(try await study.dump(since(here), to: folder.appending(path: "ours")).tables["participants"]?.count == 1)

            // The same backup once more, into the same database.
            try Self.run(["pg_restore", "--clean", "--if-exists", "--no-owner", "--dbname=\(other)", backup])
            try await ChangeClock.settle(in: database)
            _ = try await restored.arrive("again")
            try await expectRefused(restored, since: late)
            let again = try await restored.dump(since(here), to: folder.appending(path: "again"))
            #expect(again.tables["participants"]?.count == 1)
            await database.close()
        }
        await study.database.close()
    }

    @Test("In a cluster that counts its transactions anew, changes count on from the last there was")
    func otherCluster() async throws {
        let study = try await DumpStudy.open(Database(url: TestDatabase.freshURL())), database = study.database
        _ = try await study.arrive("early")
        // As if this one were such a cluster.
        try await database.execute("ALTER TABLE participants DISABLE TRIGGER stamp")
        try await database.execute("UPDATE participants SET changed_in = '5000000000'")
        try await database.execute("ALTER TABLE participants ENABLE TRIGGER stamp")
        try await database.execute("UPDATE change_clock SET home = 'elsewhere'")
        try await withFolder { folder in
            let early = folder.appending(path: "early")
            try await ChangeClock.settle(in: database)
            let lineages = try await ChangeClock.lineages(in: database)
            #expect(lineages.map(\.begins) == [0, 5_000_000_001])
            try await ChangeClock.settle(in: database)
            #expect(try await ChangeClock.lineages(in: database) == lineages, "it is settled already")
            _ = try await study.dump(to: early)
            _ = try await study.arrive("late")
            var options = DumpOptions()
            options.since = try await PreviousDump.read(early)
            let later = try await study.dump(options, to: folder.appending(path: "later"))
            #expect(later.tables["participants"]?.count == 1)
        }
        await database.close()
    }
}
