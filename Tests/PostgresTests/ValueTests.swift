// Values on their way to PostgreSQL and back.

import Foundation
import Postgres
import TestSupport
import Testing

@Suite("Values")
struct ValueTests {
    /// Sends a value as a parameter of a type and reads it back.
    private func roundTrip<Value: PostgresBindable & PostgresDecodable & Equatable>(
        _ values: [Value], _ type: SQL, _ database: Database, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        for value in values {
            let back = try await database.first("SELECT \(value)::\(sql: type)", as: Value.self)
            #expect(back == value, sourceLocation: location)
        }
        let array = try await database.first("SELECT \(values)::\(sql: type)[]", as: [Value].self)
        #expect(array == values, sourceLocation: location)
        let optionals: [Value?] = values + [nil]
        let sparse = try await database.first("SELECT \(optionals)::\(sql: type)[]", as: [Value?].self)
        #expect(sparse == optionals, sourceLocation: location)
        let none = try await database.first("SELECT \(Value?.none)::\(sql: type)", as: Value?.self)
        #expect(none == .some(nil), sourceLocation: location)
    }

    @Test("Every type comes back as it was sent, extremes, arrays and NULLs included")
    func roundTrips() async throws {
        let database = try await TestDatabase.empty()
        try await roundTrip([true, false], "boolean", database)
        try await roundTrip([Int16.min, -1, 0, .max], "smallint", database)
        try await roundTrip([Int32.min, -1, 0, .max], "integer", database)
        try await roundTrip([Int64.min, -1, 0, .max], "bigint", database)
        try await roundTrip([Int.min, -1, 0, .max], "bigint", database)
        try await roundTrip([UInt8.min, 7, .max].map { Int16($0) }, "smallint", database)
        try await roundTrip(
            [
                0.1, -0.0, .pi, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude,
                .leastNormalMagnitude, .infinity, -.infinity, 1e22,
            ], "double precision", database)
        try await roundTrip(
            [
                "", " ", "NULL", "null", "{}", "a,b", "\"quoted\"", "back\\slash", "it's", "$1", "\\x41", "line\nbreak",
                "\u{1}\u{7f}", "Größe 東京 👩‍👩‍👧‍👦 e\u{301}", "<script>alert(1)</script>", String(repeating: "long ", count: 40_000),
            ], "text", database)
        try await roundTrip([UUID(), UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))], "uuid", database)
        try await roundTrip(
            [Data(), Data([0]), Data(0...255), Data("\\x00'\"".utf8)], "bytea", database)
        #expect(try await database.first("SELECT \([UInt8](0...255))", as: String.self)?.count == 514)
        let bytes = try await database.first("SELECT \([UInt8]([0, 255, 92, 39]))::bytea", as: [UInt8].self)
        #expect(bytes == [0, 255, 92, 39])
        let arrays: [[UInt8]] = [[], [0], [92, 34]]
        #expect(try await database.first("SELECT \(arrays)::bytea[]", as: [[UInt8]].self) == arrays)
        let nan = try await database.first("SELECT \(Double.nan)::float8, 'NaN'::float4", as: (Double, Double).self)
        #expect(nan?.0.isNaN == true && nan?.1.isNaN == true)
        #expect(try await database.first("SELECT \([String]())::text[]", as: [String].self) == [])
        #expect(try await database.first("SELECT '[0:1]={a,NULL}'::text[]", as: [String?].self) == ["a", nil])
        #expect(try await database.first("SELECT avg(x) FROM (VALUES (1), (2)) v (x)", as: Double.self) == 1.5)
        let wide = try await database.first("SELECT 2::smallint, 3::int", as: (Int, Int64).self)
        #expect(wide?.0 == 2 && wide?.1 == 3)
    }

    @Test("A time keeps its microseconds, whatever the year and the session's time zone")
    func times() async throws {
        let database = try await TestDatabase.empty()
        let texts = [
            "2026-11-24 02:07:08.123456+00", "1970-01-01 00:00:00+00", "1969-12-31 23:59:59.999999+00",
            "2000-02-29 12:00:00.000001+00", "1900-03-01 00:00:00+00", "0001-01-01 00:00:00+00",
            "0044-03-15 12:00:00+00 BC", "0005-02-28 23:59:59.5+00 BC", "2199-12-31 23:59:59.999999+00", "9999-12-31 23:59:59+00",
            "12026-01-01 00:00:00+00", "infinity", "-infinity",
        ]
        for text in texts {
            let date = try #require(try await database.first("SELECT \(text)::timestamptz", as: Date.self))
            // PostgreSQL itself says whether it is the same moment.
            let isSame = try await database.first("SELECT \(date) = \(text)::timestamptz", as: Bool.self)
            #expect(isSame == true, "\(text)")
        }
        let known = try await database.first(
            "SELECT '2001-01-01 01:00:00.25+01'::timestamptz, '1970-01-01 00:00:00Z'::timestamptz", as: (Date, Date).self)
        #expect(known?.0 == Date(timeIntervalSinceReferenceDate: 0.25))
        #expect(known?.1 == Date(timeIntervalSince1970: 0))
        try await roundTrip([Date.distantPast, Date.distantFuture, Date(timeIntervalSince1970: 1e9)], "timestamptz", database)
        // A random moment is sent rounded to the microsecond, and from then on never changes.
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let moment = Date(timeIntervalSince1970: .random(in: -4e9...8e9, using: &generator))
            let once = try #require(try await database.first("SELECT \(moment)::timestamptz", as: Date.self))
            let twice = try await database.first("SELECT \(once)::timestamptz", as: Date.self)
            #expect(abs(once.timeIntervalSince(moment)) <= 0.000_001)
            #expect(twice == once)
        }
        try await database.withConnection { connection in
            for zone in ["Asia/Kathmandu", "America/St_Johns", "UTC"] {
                try await connection.execute("SET timezone = \(identifier: zone)")
                let date = try await connection.first("SELECT '2026-07-01 12:00:00Z'::timestamptz", as: Date.self)
                #expect(date == Date(timeIntervalSince1970: 1_782_907_200), "\(zone)")
                let old = try await connection.first("SELECT '1850-07-01 12:00:00Z'::timestamptz", as: Date.self)
                #expect(old == Date(timeIntervalSince1970: -3_771_144_000), "\(zone)")
            }
        }
    }

    struct Profile: Codable, Sendable, Equatable {
        var name: String
        var tags: [String]
        var score: Double?
        var born: Date
        var children: [Profile]
    }

    @Test("JSON goes into jsonb and comes back, dates to the microsecond")
    func json() async throws {
        let database = try await TestDatabase.empty()
        let born = Date(timeIntervalSinceReferenceDate: 123_456_789.123456)
        let child = Profile(name: "b \"'\\ </script> \u{1F600}", tags: [], score: nil, born: born, children: [])
        let profile = Profile(name: "a", tags: ["x", "y"], score: 0.5, born: born, children: [child])
        let back = try await database.first(
            "SELECT \(JSONB(profile))::jsonb, \(JSONB(profile))::json, NULL::jsonb",
            as: (JSONB<Profile>, JSONB<Profile>, JSONB<Profile>?).self)
        #expect(back?.0.value == profile)
        #expect(back?.1.value == profile)
        #expect(back?.2 == nil)
        let name = try await database.first("SELECT \(JSONB(profile))::jsonb ->> 'born'", as: String.self)
        #expect(name == "2004-11-29T21:33:09.123456Z")
        let list = try await database.first("SELECT '[1,2]'::jsonb", as: JSONB<[Int]>.self)
        #expect(list?.value == [1, 2])
        await #expect(throws: PostgresError.self) {
            try await database.first("SELECT '{\"name\":1}'::jsonb AS profile", as: JSONB<Profile>.self)
        }
    }

    @Test("What a person typed is bound as a value and never becomes SQL")
    func injection() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TABLE people (name text)")
        let attacks = [
            "'); DROP TABLE people; --", "' OR '1'='1", "\\'; DROP TABLE people; --", "$1", "$$; DROP TABLE people; $$",
            "Robert\"); DROP TABLE people;--", "'||(SELECT version())||'", "E'\\047; DROP TABLE people'",
        ]
        for attack in attacks { try await database.execute("INSERT INTO people VALUES (\(attack))") }
        #expect(try await database.query("SELECT name FROM people", as: String.self) == attacks)
        for attack in attacks {
            #expect(try await database.query("SELECT name FROM people WHERE name = \(attack)", as: String.self) == [attack])
            let list = ["x", attack]
            #expect(try await database.execute("SELECT FROM people WHERE name = ANY(\(list))") == 1)
            // COPY takes no parameters: there, values are quoted into the statement, under either rule for backslashes.
            for rule: SQL in ["on", "off"] {
                let copied = try await database.withConnection { connection in
                    try await connection.execute("SET standard_conforming_strings = \(sql: rule)")
                    var bytes: [UInt8] = []
                    let copy = connection.copyOut(
                        "COPY (SELECT encode(convert_to(\(attack), 'UTF8'), 'hex'), \(String?.none) IS NULL) TO STDOUT")
                    for try await chunk in copy { bytes += chunk }
                    try await connection.execute("RESET standard_conforming_strings")
                    return String(decoding: bytes, as: UTF8.self)
                }
                #expect(copied == attack.utf8.map { String(format: "%02x", $0) }.joined() + "\tt\n")
            }
        }
        let name = "odd \"name\"; DROP TABLE people; --"
        try await database.execute("CREATE TABLE \(identifier: name) (x int)")
        #expect(try await database.query("SELECT x FROM \(identifier: name)", as: Int.self) == [])
        #expect(try await database.execute("SELECT FROM people") == attacks.count)
    }

    @Test("Spliced statements keep their values, renumbered")
    func splicing() async throws {
        let database = try await TestDatabase.empty()
        let conditions: [SQL] = ["n >= \(2)", "n < \(5)", "n <> ALL(\([3]))"]
        let sql: SQL = "SELECT n FROM generate_series(\(1)::bigint, 10) n WHERE \(sql: conditions.joined(separator: " AND "))"
        #expect(sql.text == "SELECT n FROM generate_series($1::bigint, 10) n WHERE n >= $2 AND n < $3 AND n <> ALL($4)")
        #expect(try await database.query(sql, as: Int.self) == [2, 4])
    }

    @Test("Text with U+0000, JSON with NaN and dates out of range are refused before anything is sent")
    func unbindable() async throws {
        let database = try await TestDatabase.empty()
        let infinite = JSONB([Double.infinity])
        let far = Date(timeIntervalSinceReferenceDate: 1e15)
        for sql: SQL in [
            "SELECT \("a\0b")", "SELECT \(["a\0b"])::text[]", "SELECT \(infinite)::jsonb", "SELECT \(far)::timestamptz",
            "SELECT \([far])::timestamptz[]",
        ] {
            let error = await #expect(throws: PostgresError.self) { try await database.execute(sql) }
            guard case .unbindable = error else {
                Issue.record("\(sql.text) gave \(String(describing: error))")
                continue
            }
        }
        #expect(try await database.first("SELECT 1", as: Int.self) == 1)
    }

    @Test("A column of another type, or NULL, is an error that names the column")
    func strictness() async throws {
        let database = try await TestDatabase.empty()
        func failure<Value: PostgresDecodable>(_ sql: SQL, _ type: Value.Type) async -> String {
            do {
                _ = try await database.first(sql, as: type)
                return "no error"
            } catch {
                return "\(error)"
            }
        }
        #expect(await failure("SELECT gen_random_uuid() AS id", String.self)
            == "Column \"id\" cannot be read: it is of type uuid, which does not decode to String")
        #expect(await failure("SELECT 1::bigint AS n", Int16.self).contains("\"n\""))
        #expect(await failure("SELECT 'x' AS n", Int.self).contains("of type text"))
        #expect(await failure("SELECT NULL::int AS n", Int.self).contains("is NULL"))
        #expect(await failure("SELECT ARRAY[1, NULL] AS n", [Int].self).contains("is NULL"))
        #expect(await failure("SELECT ARRAY[[1], [2]] AS n", [Int].self).contains("one-dimensional"))
        #expect(await failure("SELECT now()::timestamp AS at", Date.self).contains("without time zone"))
        #expect(await failure("SELECT 1, 2", Int.self).contains("returns 2 columns, and 1 were asked for"))
        #expect(await failure("SELECT true AS x", Int.self).contains("boolean"))
    }

    enum Step: String, PostgresBindable, PostgresDecodable, Codable { case lobby, done }
    enum Grade: Int16, PostgresBindable, PostgresDecodable, Codable { case low = 1, high = 7 }

    struct Row: Decodable, Sendable, Equatable {
        struct Settings: Codable, Equatable {
            var groupSize: Int
        }

        var id: UUID
        var modelSha256: String
        var shownAt: Date?
        var agreement: Int16
        var ratio: Double
        var step: Step
        var grade: Grade?
        var settings: Settings
        var words: [String]
        var grades: [Grade]
        var isOpen: Bool
        var missing: Int?
    }

    @Test("Rows decode by column name, snake_case to camelCase, with JSON, arrays and enumerations inside")
    func decodableRows() async throws {
        let database = try await TestDatabase.empty()
        try await database.execute("CREATE TYPE step AS ENUM ('lobby', 'done')")
        let id = UUID()
        let sql: SQL = """
            SELECT \(id)::uuid AS id, 'abc' AS model_sha256, '2001-01-01Z'::timestamptz AS shown_at,
                   5::smallint AS agreement, 0.5::numeric AS ratio, \(Step.done)::step AS step, \(Grade.high)::smallint AS grade,
                   '{"groupSize": 3}'::jsonb AS settings, ARRAY['a', 'b'] AS words, ARRAY[1, 7]::smallint[] AS grades,
                   true AS is_open
            UNION ALL
            SELECT \(id)::uuid, '', NULL, 1::smallint, 1, 'lobby', NULL, '{"groupSize": 4}', '{}', '{}', false
            """
        let rows = try await database.rows(sql, as: Row.self)
        #expect(rows == [
            Row(
                id: id, modelSha256: "abc", shownAt: Date(timeIntervalSinceReferenceDate: 0), agreement: 5, ratio: 0.5,
                step: .done, grade: .high, settings: .init(groupSize: 3), words: ["a", "b"], grades: [.low, .high],
                isOpen: true, missing: nil),
            Row(
                id: id, modelSha256: "", shownAt: nil, agreement: 1, ratio: 1, step: .lobby, grade: nil,
                settings: .init(groupSize: 4), words: [], grades: [], isOpen: false, missing: nil),
        ])
        let tuples = try await database.query(
            "SELECT 'lobby'::step, 7::smallint, ARRAY['done']::step[]", as: (Step, Grade, [Step]).self)
        #expect(tuples.count == 1 && tuples[0] == (.lobby, .high, [.done]))
        #expect(try await database.rows("SELECT 'done'", as: Step.self) == [.done])
        let error = await #expect(throws: PostgresError.self) {
            try await database.rows("SELECT 'nowhere' AS step", as: OnlyStep.self)
        }
        #expect(error?.description.contains("\"step\"") == true)
        let missing = await #expect(throws: PostgresError.self) {
            try await database.rows("SELECT 1 AS other", as: OnlyStep.self)
        }
        #expect(missing?.description.contains("\"step\"") == true)
    }

    struct OnlyStep: Decodable, Sendable {
        var step: Step
    }
}
