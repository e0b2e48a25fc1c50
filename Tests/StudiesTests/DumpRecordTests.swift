import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

/// Dumps in every form, which Tests/Dumps loads with other tools.
@Suite struct DumpRecordTests {
    @Test("Dumps are written as CSV, JSON Lines and Parquet, for spreadsheets, and as what has changed; Tests/Dumps loads them")
    func record() async throws {
        let record = ProcessInfo.processInfo.environment["CONCORD_DUMP_RECORD"].map { URL(filePath: $0, directoryHint: .isDirectory) }
        let temporary = try TestFolder.make()
        defer { TestFolder.remove(temporary) }
        let folder = record ?? temporary
        for name in ["first", "later", "excel", "whole", "whole.zip"] {
            try? FileManager.default.removeItem(at: folder.appending(path: name))
        }

        let study = try await DumpStudy.open()
        var people: [UUID] = []
        for number in 1...4 { people.append(try await study.arrive("person-\(number)")) }
        for person in people { for _ in 0..<6 { _ = try await study.act(person) } }
        try await Dump(of: study.study, in: study.database).write(to: folder.appending(path: "first"))
        for number in 5...7 { people.append(try await study.arrive("person-\(number)")) }
        try await study.goOn(people)
        _ = try await Departure(database: study.database).erase("person-2", study: "words")
        try await study.goOn(people.filter { $0 != people[1] })

        // As for conditions that select by the welfare of the worst off.
        try await study.database.execute("UPDATE generations SET alpha = 'Infinity' WHERE source <> 'attention-check'")

        var options = DumpOptions()
        options.since = try await PreviousDump.read(folder.appending(path: "first"))
        try await Dump(of: study.study, in: study.database).write(to: folder.appending(path: "later"), options)
        options.since = nil
        options.excel = true
        try await Dump(of: study.study, in: study.database).write(to: folder.appending(path: "excel"), options)
        options.excel = false
        options.formats = Set(DumpFormat.allCases)
        options.parquet = ParquetWriter(
            scripts: TestStudy.root.appending(path: "scripts"), python: ProcessInfo.processInfo.environment["CONCORD_PYTHON"])
        let result = try await Dump(of: study.study, in: study.database).write(to: folder.appending(path: "whole"), options)
        try await Dump(of: study.study, in: study.database).write(to: folder.appending(path: "whole.zip"), options)
        #expect(result.withdrawn == 1)
        for name in ["first", "later", "excel", "whole", "whole.zip"] {
            #expect(try await DumpCheck.run(folder.appending(path: name)).problems == [], "\(name)")
        }
        // One of which there is only Parquet.
        options.formats = [.parquet]
        let parquet = temporary.appending(path: "parquet")
        try await Dump(of: study.study, in: study.database).write(to: parquet, options)
        for table in result.rows.keys {
            let there = folder.appending(path: "whole/\(table).parquet"), here = parquet.appending(path: "\(table).parquet")
            #expect(FileManager.default.contentsEqual(atPath: there.path(), andPath: here.path()), "\(table)")
        }
        #expect(!FileManager.default.fileExists(atPath: parquet.appending(path: "ratings.csv").path()))
    }
}
