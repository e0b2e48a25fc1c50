import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct TimeTests {
    private static let yaml = TestStudy.yaml().replacing(
        "ratings_minutes: 10}", with: "ratings_minutes: 10, extensions: 2, extension_minutes: 4}")

    @Test("More time is given as often as the study says, once per request, and to the whole group")
    func extensions() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        let extensions = Extensions(database: database), reader = ParticipationReader(database: database)
        var people: [UUID] = []
        for _ in 0..<2 { people.append(try await StudyFixture.arrive(database)) }
        await #expect(throws: StudyError.movedOn) { try await extensions.take(1, for: people[0]) }  // in the lobby
        people.append(try await StudyFixture.arrive(database))

        func deadline() async throws -> Date? {
            try await database.first("SELECT phase_deadline_at FROM rounds WHERE phase = 'opinions'", as: Date.self)
        }
        let first = try #require(try await deadline())
        let offered = try #require(try await reader.state(of: people[0]).extension)
        #expect(offered.minutes == 4 && offered.number == 1 && offered.left == 2)
        for _ in 0..<3 { try await extensions.take(1, for: people[0]) }
        #expect(try #require(try await deadline()).timeIntervalSince(first).rounded() == 240)
        await #expect(throws: StudyError.noMoreTime) { try await extensions.take(3, for: people[0]) }
        try await extensions.take(2, for: people[0])
        #expect(try await reader.state(of: people[0]).extension == nil)
        #expect(try await reader.state(of: people[1]).extension?.left == 2)
        #expect(try #require(try await deadline()).timeIntervalSince(first).rounded() == 480)

        // Another phase, another count.
        for person in people { try await StudyFixture.answer(person, text: "three words here", in: database) }
        #expect(try await reader.state(of: people[0]).extension == nil, "nobody needs time while statements are made")
        try await StudyFixture.makeStatements(database)
        let rating = try await people.asyncFirst { try await reader.state(of: $0).step == .rating }
        #expect(try await reader.state(of: #require(rating)).extension?.left == 2)
        let dump = try await StudyFixture.dump(database)
        #expect(dump["extensions"]?.map { $0["number"] } == ["1", "2"])
        await database.close()
    }

    @Test("More time before the rounds puts off that person's own deadline")
    func before() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        let secret = try await Enrolment(database: database).join("words", synthetic: false).secret
        let person = try await Sessions(database: database).participant(with: secret).id
        let reader = ParticipationReader(database: database)
        let first = try #require(try await reader.state(of: person).deadline)
        try await Extensions(database: database).take(1, for: person)
        #expect(try #require(try await reader.state(of: person).deadline) > first)
        await database.close()
    }

    @Test("A stretch of visible time only grows, is stored once, and is summed in the dump")
    func visible() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let times = VisibleTime(database: database)
        let id = UUID()
        func note(_ id: UUID, _ milliseconds: Int, round: Int? = 1, step: VisibleStretch.Step = .opinion) async throws {
            try await times.note(
                [.init(id: id, step: step, round: round, statement: nil, milliseconds: milliseconds)], of: people[0])
        }
        for milliseconds in [1_000, 5_000, 3_000, 5_000] { try await note(id, milliseconds) }
        try await note(UUID(), 2_500)
        try await note(UUID(), 9_999, round: 7)                     // no such round
        try await note(UUID(), 9_999, step: .rating)                // of no statement
        try await note(UUID(), 700, round: nil, step: .instructions)
        let rows = try #require(try await StudyFixture.dump(database)["answer_times"])
        #expect(rows.count == 2)
        let opinion = try #require(rows.first { $0["step"] == "opinion" })
        #expect(Double(opinion["visible_seconds"] ?? "") == 7.5 && opinion["stretches"] == "2")
        #expect(opinion["round_id"]?.isEmpty == false)
        await database.close()
    }
}

extension [UUID] {
    fileprivate func asyncFirst(where holds: (UUID) async throws -> Bool) async rethrows -> UUID? {
        for element in self where try await holds(element) { return element }
        return nil
    }
}
