import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct DumpJobTests {
    @Test("A dump job removes what jobs left behind whose servers were killed: its own and those that are over, and no others")
    func leftovers() async throws {
        let database = try await StudyFixture.openStudy()
        let study = try await StudyCatalog(database: database).study(named: "words")
        let jobs = Jobs(database: database), parameters = DumpJob.Parameters(study: "words", formats: [.csv])
        var ids: [UUID] = []
        for _ in 0..<4 { ids.append(try await jobs.ask(for: DumpJob.kind, with: parameters, study: study.id)) }
        let (own, failed, waiting, running, elsewhere) = (ids[0], ids[1], ids[2], ids[3], UUID())
        try await database.execute("UPDATE jobs SET state = 'failed', error = 'lost', finished_at = now() WHERE id = \(failed)")
        try await database.execute(
            """
            UPDATE jobs SET state = 'running', worker = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'
            WHERE id = \(running)
            """)
        func folder(_ id: UUID) -> URL {
            FileManager.default.temporaryDirectory.appending(path: "concord-dump-\(id.uuidString)")
        }
        func isThere(_ id: UUID) -> Bool { FileManager.default.fileExists(atPath: folder(id).path(percentEncoded: false)) }
        let all = [own, failed, waiting, running, elsewhere]
        defer { for id in all { try? FileManager.default.removeItem(at: folder(id)) } }
        // What lies where its file is to be would be in the way of the job's own.
        for id in all {
            try FileManager.default.createDirectory(at: folder(id).appending(path: "dump.zip/left"), withIntermediateDirectories: true)
        }
        let job = try #require(try await jobs.list(kinds: [DumpJob.kind], study: study.id).first { $0.id == own })
        let made = try await DumpJob(database: database, parquet: nil).run(job, progress: JobProgress())
        #expect((made as? Download)?.bytes ?? 0 > 0)
        let left = all.map { isThere($0) }
        #expect(left == [false, false, true, true, true])
    }
}
