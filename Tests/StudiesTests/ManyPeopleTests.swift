import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct ManyPeopleTests {
    @Test("What one person is told is found without reading what others were shown and answered, however many they are")
    func state() async throws {
        let url = try await TestDatabase.freshURL()
        let setup = try Database(url: url)
        try await StudyFixture.openStudy(ManyRatings.yaml, in: setup)
        try await ManyRatings.insert(20_000, study: "words", into: setup)
        try await setup.execute("ANALYZE")
        let person = try await StudyFixture.arrive(setup)
        await setup.close()
        // One session, whose counts are told when it is asked to; those of the others are told when they end.
        let database = try Database(url: url, poolSize: 1)
        let others: SQL = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        while try await database.first(others, as: Int.self) != 0 { try await Task.sleep(for: .milliseconds(10)) }
        func readInSequence() async throws -> [String: Int] {
            try await database.execute("SELECT pg_stat_force_next_flush()")
            let counts = try await database.query(
                "SELECT relname::text, seq_tup_read FROM pg_stat_user_tables WHERE n_live_tup > 1000", as: (String, Int).self)
            return Dictionary(uniqueKeysWithValues: counts)
        }
        let before = try await readInSequence()
        #expect(before.keys.contains("presentations") && before.keys.contains("ratings"))
        #expect(try await ParticipationReader(database: database).state(of: person).step == .lobby)
        #expect(try await readInSequence() == before)
        // What is counted is counted.
        _ = try await database.first("SELECT count(*) FROM ratings", as: Int.self)
        #expect(try await readInSequence() != before)
        await database.close()
    }
}
