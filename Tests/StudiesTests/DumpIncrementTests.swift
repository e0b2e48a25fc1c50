import Exports
import Foundation
import LanguageModel
import Postgres
import Studies
import Synchronization
import TestSupport
import Testing

/// A transaction that has written and waits to be told how to end.
private struct OpenTransaction {
    private struct RolledBack: Error {}
    private let running: Task<Void, any Error>
    private let end: AsyncStream<Bool>.Continuation

    static func begin(
        in database: Database, _ write: @escaping @Sendable (Connection) async throws -> Void
    ) async throws -> OpenTransaction {
        let (writes, hasWritten) = AsyncStream.makeStream(of: Void.self), (ends, end) = AsyncStream.makeStream(of: Bool.self)
        let running = Task {
            defer { hasWritten.finish() }
            try await database.transaction(retries: 0) { connection in
                try await write(connection)
                hasWritten.yield()
                for await isToStay in ends {
                    if !isToStay { throw RolledBack() }
                    return
                }
            }
        }
        for await _ in writes { break }
        return OpenTransaction(running: running, end: end)
    }

    func commit() async throws {
        end.yield(true)
        try await running.value
    }

    func rollBack() async {
        end.yield(false)
        _ = await running.result
    }
}

/// What has changed since another dump, by what that one saw.
@Suite struct DumpIncrementTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try await body(folder)
    }

    /// The tables of `whole`, by key.
    private static func tables(_ whole: DumpFiles) -> [String: [[String]: DumpFiles.Row]] {
        Dictionary(uniqueKeysWithValues: whole.tables.keys.map { ($0, whole.rows(of: $0)) })
    }

    private static func expectSame(
        _ brought: [String: [[String]: DumpFiles.Row]], _ whole: [String: [[String]: DumpFiles.Row]], _ when: String
    ) {
        #expect(brought.keys.sorted() == whole.keys.sorted())
        for (name, rows) in whole {
            let mine = brought[name] ?? [:]
            #expect(Set(mine.keys) == Set(rows.keys), "\(when): keys of \(name)")
            for (key, row) in rows where mine[key] != nil { #expect(mine[key] == row, "\(when): \(name) \(key)") }
        }
    }

    @Test(
        "A first dump and what has changed since give a later dump, row for row, also with transactions open meanwhile, late changes and erasures",
        arguments: [1, 2, 3] as [UInt64])
    func increments(seed: UInt64) async throws {
        let study = try await DumpStudy.open()
        let database = study.database
        var generator = SplitMix64(seed: seed)
        var people: [UUID] = [], erased: Set<UUID> = [], count = 0
        // They do nothing but be written about by transactions that stay open.
        var bystanders: [UUID] = []
        for number in 1...4 { bystanders.append(try await study.arrive("bystander-\(number)")) }

        func somethingHappens() async throws {
            for _ in 0..<(2 + generator.int(below: 12)) {
                switch generator.int(below: 10) {
                case 0, 1:
                    count += 1
                    people.append(try await study.arrive("person-\(count)"))
                case 2 where people.count > 6 && erased.count < 3:
                    let person = people[generator.int(below: people.count)]
                    if erased.insert(person).inserted {
                        _ = try await Departure(database: database).erase(person.uuidString, study: "words")
                    }
                case 3: try await study.goOn(people.filter { !erased.contains($0) })
                default:
                    guard !people.isEmpty else { continue }
                    let person = people[generator.int(below: people.count)]
                    if !erased.contains(person) { _ = try await study.act(person) }
                }
            }
        }
        /// Changes of a transaction that does not end yet.
        func write(_ number: Int) async throws -> OpenTransaction {
            let person = bystanders[number]
            return try await OpenTransaction.begin(in: database) { connection in
                try await connection.execute(
                    """
                    INSERT INTO extensions (participant_id, stage, number, minutes) VALUES (\(person), 'lobby', \(Int16(number + 1)), 1)
                    """)
                try await connection.execute(
                    """
                    INSERT INTO visible_stretches (participant_id, id, step, milliseconds)
                    VALUES (\(person), \(UUID()), 'instructions', \(Int32(100 * (number + 1))))
                    """)
            }
        }

        try await withFolder { folder in
            func path(_ name: String) -> URL { folder.appending(path: name) }
            try await somethingHappens()
            // Some are open while several dumps are made, and they end in another order than they began.
            let first = try await write(0)
            try await somethingHappens()
            var brought = Self.tables(try await study.dump(to: path("0"))), earlier = path("0")
            func bring(_ name: String) async throws {
                var options = DumpOptions()
                options.since = try await PreviousDump.read(earlier)
                brought = try await study.dump(options, to: path(name)).bringUpToDate(brought)
                earlier = path(name)
            }
            let second = try await write(1)
            try await somethingHappens()
            try await bring("1")
            try await first.commit()
            let third = try await write(2)
            try await somethingHappens()
            try await bring("2")
            let fourth = try await write(3)
            try await third.commit()
            try await bring("3")
            try await second.commit()
            try await somethingHappens()
            try await bring("4")
            await fourth.rollBack()
            try await study.goOn(people.filter { !erased.contains($0) })
            try await bring("5")
            let whole = try await study.dump(to: path("whole"))
            #expect(whole.faults() == [])
            Self.expectSame(brought, Self.tables(whole), "seed \(seed)")
            #expect(whole.tables["extensions"]?.filter { $0["stage"] == "lobby" }.count == 3)
        }
    }

    @Test("An erased person is nowhere in a later dump; what has changed since says what to delete, and the models that learnt are named")
    func erasure() async throws {
        let study = try await DumpStudy.open()
        let database = study.database
        var people: [UUID] = []
        for number in 1...3 { people.append(try await study.arrive("person-\(number)")) }
        try await study.goOn(people)
        let gone = try #require(try await database.first("SELECT author_id FROM statements WHERE author_id IS NOT NULL LIMIT 1", as: UUID.self))
        let id = gone.uuidString.lowercased()
        try await withFolder { folder in
            let before = folder.appending(path: "before"), after = folder.appending(path: "after")
            let first = try await study.dump(to: before)
            // Ratings that were imported from that dump, and models that learnt from both.
            try await RatingImport(folder: before).store(as: "copy", in: database)
            try await database.execute(
                """
                INSERT INTO models (name, version, kind, file, sha256, training)
                VALUES ('taught', 1, 'reward', '/a', 'a', '{"studies": ["words"], "imports": []}'),
                       ('copied', 1, 'reward', '/b', 'b', '{"studies": [], "imports": ["copy"]}'),
                       ('elsewhere', 1, 'reward', '/c', 'c', '{"studies": ["other"], "imports": []}')
                """)
            try await database.execute(
                """
                INSERT INTO models (name, version, kind, fitted, sha256, parent_id)
                SELECT 'scaled', 1, 'reward', '{}', 'd', id FROM models WHERE name = 'taught'
                """)
            let departure = Departure(database: database)
            #expect(try await departure.study(of: id) == "words")
            #expect(try await departure.study(of: "person-1") == nil)
            let report = try await departure.erase(id, study: "words")
            #expect(report.isNew && report.participantID == gone && report.opinions == 2 && report.ratings > 0)
            #expect(report.models == ["copied@1", "scaled@1", "taught@1"])
            let again = try await departure.erase(id, study: "words")
            #expect(!again.isNew && again.models == report.models && again.opinions == 2)
            await #expect(throws: StudyError.unknownParticipant("nobody", study: "words")) {
                try await departure.erase("nobody", study: "words")
            }
            #expect(
                try await database.first("SELECT count(*) FROM imported_ratings WHERE participant_id = \(id)", as: Int.self) == 0)

            let whole = try await study.dump(to: after)
            #expect(whole.faults() == [])
            let names = try FileManager.default.contentsOfDirectory(atPath: after.path(percentEncoded: false))
            for name in names {
                let text = String(decoding: FileManager.default.contents(atPath: after.appending(path: name).path(percentEncoded: false)) ?? Data(), as: UTF8.self)
                #expect(!text.contains(id) && !text.contains(gone.uuidString), "\(name)")
            }
            #expect(whole.tables["groups"]?.first?["withdrawn"] == "1" && whole.tables["participants"]?.count == 2)
            let descriptor = try String(contentsOf: after.appending(path: "datapackage.json"), encoding: .utf8)
            #expect(descriptor.contains("\"withdrawn\" : 1"))
            let codebook = try String(contentsOf: after.appending(path: "codebook.md"), encoding: .utf8)
            #expect(codebook.contains("One person had their answers deleted, and is not in this dump."))

            var options = DumpOptions()
            options.since = try await PreviousDump.read(before.appending(path: "datapackage.json"))
            let later = try await study.dump(options, to: folder.appending(path: "later"))
            #expect(later.tables["tombstones"]?.contains { $0["table_name"] == "participants" && $0["key"] == "{\"participant_id\": \"\(id)\"}" } == true)
            Self.expectSame(try first.brought(upToDateBy: later), Self.tables(whole), "after the erasure")
        }
    }

    @Test("A model that learnt what others think of somebody's words is named too, also where they rated nothing themselves")
    func learntFromWords() async throws {
        let study = try await DumpStudy.open()
        let database = study.database
        var people: [UUID] = []
        for number in 1...3 { people.append(try await study.arrive("person-\(number)")) }
        try await study.goOn(people)
        let author = try #require(try await database.first("SELECT author_id FROM statements WHERE author_id IS NOT NULL LIMIT 1", as: UUID.self))
        // Of three people in two rounds somebody's words are not shown; nor are they quoted.
        let other = try #require(
            try await database.first(
                "SELECT participant_id FROM members WHERE participant_id NOT IN (SELECT author_id FROM statements WHERE author_id IS NOT NULL)",
                as: UUID.self))
        try await database.execute("UPDATE opinions SET text = 'Nobody has said this before' WHERE participant_id = \(other)")
        let both = [author, other]
        try await database.execute(
            """
            DELETE FROM ratings a USING presentations w
            WHERE w.id = a.presentation_id AND w.participant_id = ANY(\(both))
            """)
        try await withFolder { folder in
            _ = try await study.dump(to: folder)
            try await RatingImport(folder: folder).store(as: "copy", in: database)
            try await database.execute(
                """
                INSERT INTO models (name, version, kind, file, sha256, training, created_at)
                VALUES ('taught', 1, 'reward', '/a', 'a', '{"studies": ["words"], "imports": []}', now()),
                       ('copied', 1, 'reward', '/b', 'b', '{"studies": [], "imports": ["copy"]}', now()),
                       ('before', 1, 'reward', '/c', 'c', '{"studies": ["words"], "imports": []}', '2000-01-01')
                """)
            let departure = Departure(database: database)
            #expect(try await departure.erase(other.uuidString, study: "words").models == [])
            let report = try await departure.erase(author.uuidString, study: "words")
            #expect(report.ratings == 0 && report.models == ["copied@1", "taught@1"])
        }
    }

    @Test("What has changed since a dump is counted beforehand too, so that its progress has totals")
    func progress() async throws {
        let study = try await DumpStudy.open()
        var people: [UUID] = []
        for number in 1...3 { people.append(try await study.arrive("person-\(number)")) }
        try await study.goOn(people)
        try await withFolder { folder in
            let first = folder.appending(path: "first")
            _ = try await study.dump(to: first)
            var more: [UUID] = []
            for number in 4...6 { more.append(try await study.arrive("person-\(number)")) }
            try await study.goOn(more)
            var options = DumpOptions()
            options.since = try await PreviousDump.read(first)
            options.parts = [Comparisons(), TrainingSets()]
            let shown = Mutex([DumpProgress]())
            let result = try await Dump(of: study.study, in: study.database).write(to: folder.appending(path: "later"), options) { progress in
                shown.withLock { $0.append(progress) }
            }
            let counted = ["participants", "groups", "memberships", "rounds", "opinions", "ratings"].map { result.rows[$0] ?? 0 }
            #expect(counted.allSatisfy { $0 > 0 } && result.rows["participants"] == 3)
            let parts = ["candidate_comparisons", "position_statement_ratings"].map { result.rows[$0] ?? 0 }
            #expect(parts.allSatisfy { $0 > 0 })
            let (begun, ended) = shown.withLock { ($0.first, $0.last) }
            #expect(begun?.all ?? 0 >= (counted + parts).reduce(0, +), "known before the first table is written")
            #expect(ended?.done == ended?.all && ended?.all == begun?.all)
        }
    }

    @Test("What has changed since a dump is refused where that dump is not of the same study, people or ids")
    func refused() async throws {
        let study = try await DumpStudy.open()
        _ = try await study.arrive("person-1")
        try await withFolder { folder in
            let first = folder.appending(path: "first.zip")
            try await Dump(of: study.study, in: study.database).write(to: first)
            var options = DumpOptions()
            options.since = try await PreviousDump.read(first)
            options.platformIDs = true
            let place = folder.appending(path: "later")
            await #expect(throws: DumpError.otherPlatformIDs(wereShown: false)) {
                try await Dump(of: study.study, in: study.database).write(to: place, options)
            }
            options.platformIDs = false
            options.includingSynthetic = true
            await #expect(throws: DumpError.otherPeople(wasSynthetic: false)) {
                try await Dump(of: study.study, in: study.database).write(to: place, options)
            }
            options.includingSynthetic = false
            try await StudyCatalog(database: study.database).create(
                StudyFile(yaml: TestStudy.yaml().replacing("name: words", with: "name: other")))
            let other = try await StudyCatalog(database: study.database).study(named: "other")
            await #expect(throws: DumpError.otherStudy("words", wanted: "other")) {
                try await Dump(of: other, in: study.database).write(to: place, options)
            }
            // Nothing has changed.
            let same = try await Dump(of: study.study, in: study.database).write(to: place, options)
            #expect(same.rows.values.allSatisfy { $0 == 0 })
            try Data("{}".utf8).write(to: place.appending(path: "datapackage.json"))
            await #expect(throws: DumpError.self) { try await PreviousDump.read(place) }
        }
    }
}
