import Exports
import Foundation
import Postgres
import Studies
import Synchronization
import TestSupport
import Testing

@Suite struct DumpSizeTests {
    @Test("Memory stays flat while a hundred thousand ratings are written, into a folder and into a zip file; progress is shown")
    func flat() async throws {
        let database = try await StudyFixture.openStudy(ManyRatings.yaml)
        try await ManyRatings.insert(100_000, study: "words", into: database)
        let study = try await StudyCatalog(database: database).study(named: "words")
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        // Once for whatever is loaded and kept at the first time.
        try await Dump(of: study, in: database).write(to: folder.appending(path: "warm"))
        var options = DumpOptions()
        for (name, formats) in [("dump", [.csv, .jsonl]), ("dump.zip", [.csv])] as [(String, Set<DumpFormat>)] {
            options.formats = formats
            let idle = Self.resident(), most = Mutex((memory: 0, reports: 0, last: 0))
            let result = try await Dump(of: study, in: database).write(to: folder.appending(path: name), options) { progress in
                most.withLock { most in
                    most.memory = max(most.memory, Self.resident() - idle)
                    if progress.file == "ratings" { most.reports += 1 }
                    #expect(progress.rows <= progress.of ?? .max && progress.done <= progress.all && progress.done >= most.last)
                    most.last = progress.done
                }
            }
            #expect(result.rows["ratings"] == 100_000)
            let (memory, reports, _) = most.withLock { $0 }
            #expect(memory < 60 << 20, "\(memory >> 20) MB above idle for \(name)")
            #expect(reports >= 10)
            #expect(try await DumpCheck.run(folder.appending(path: name)).isWhole)
        }
        await database.close()
    }

    /// The resident memory of this process, in bytes.
    static func resident() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
        return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
    }
}
