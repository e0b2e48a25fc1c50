import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct OpinionRatingsTests {
    private let yaml = TestStudy.yaml().replacing("size: 3", with: "size: 4") + "\nopinion_ratings: true"

    private func start(_ count: Int = 4) async throws -> (Database, [UUID]) {
        let database = try await StudyFixture.openStudy(yaml)
        var people: [UUID] = []
        for _ in 0..<count { people.append(try await StudyFixture.arrive(database)) }
        return (database, people)
    }

    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    private func rate(_ person: UUID, _ id: UUID, _ database: Database, _ agreement: Int = 5, _ quality: Int = 4) async throws {
        try await Answers(database: database).rate(
            person, presentationID: id, agreement: LikertValue(agreement, for: "a"), quality: LikertValue(quality, for: "q"))
    }

    @Test("Each member rates every other member's opinion once, before statements are made, and rates on the same page")
    func wholeRound() async throws {
        let (database, people) = try await start()
        for (index, person) in people.enumerated() {
            try await StudyFixture.answer(person, text: "The opinion of seat \(index)", in: database)
        }
        #expect(try await database.first("SELECT phase FROM rounds", as: String.self) == "opinion-ratings")
        #expect(try await database.first("SELECT count(*) FROM generations", as: Int.self) == 0)
        for (index, person) in people.enumerated() {
            var read: [String] = []
            while let opinion = try await state(person, database).statement {
                let state = try await state(person, database)
                #expect(state.step == .rating && state.deadline != nil && opinion.isOpinion == true)
                #expect(opinion.number == read.count + 1 && opinion.of == 3)
                try await Answers(database: database).noteShown(person, presentationID: opinion.id)
                #expect(state.others?.of == 4)
                let seen = VisibleStretch(id: UUID(), step: .rating, round: 1, statement: opinion.id, milliseconds: 1_500)
                try await VisibleTime(database: database).note([seen], of: person)
                try await VisibleTime(database: database).note([seen], of: people[(index + 1) % 4])
                try await rate(person, opinion.id, database, 3, 6)
                try await rate(person, opinion.id, database, 3, 6)
                await #expect(throws: StudyError.answeredAlready) { try await rate(person, opinion.id, database, 4, 6) }
                read.append(opinion.text)
                if state.step != .rating { break }
            }
            #expect(Set(read) == Set((0..<4).filter { $0 != index }.map { "The opinion of seat \($0)" }))
            #expect(try await state(person, database).waiting?.for == (index == 3 ? .statements : .ratings))
        }
        try await StudyFixture.makeStatements(database)
        let rater = try #require(
            try await database.first("SELECT participant_id FROM presentations LIMIT 1", as: UUID.self))
        #expect(try await state(rater, database).statement?.isOpinion == nil)
        for person in people { try await StudyFixture.rateAll(person, database) }
        #expect(try await state(people[0], database).step == .debriefing)

        let rows = try #require(try await StudyFixture.dump(database)["opinion_ratings"])
        #expect(rows.count == 12 && rows.allSatisfy { $0["agreement"] == "3" && $0["quality"] == "6" && $0["shown_at"] != "" })
        #expect(Set(rows.map { $0["opinion_id"]! + $0["participant_id"]! }).count == 12)
        #expect(try await StudyFixture.dump(database)["ratings"]?.count == 3)
        let times = try #require(try await StudyFixture.dump(database)["answer_times"])
        #expect(times.count == 12, "each of the person before whom it was, and of nobody else")
        #expect(
            Set(times.map { $0["opinion_id"]! + $0["participant_id"]! }) == Set(rows.map { $0["opinion_id"]! + $0["participant_id"]! }))
        #expect(times.allSatisfy { Double($0["visible_seconds"]!) == 1.5 && $0["statement_id"] == "" })
    }

    @Test("The order is drawn per member, from the round's seed; nobody rates out of turn, or what is another's to rate")
    func order() async throws {
        let (database, people) = try await start()
        for (index, person) in people.enumerated() {
            try await StudyFixture.answer(person, text: "The opinion of seat \(index)", in: database)
        }
        let rows = try await database.query(
            "SELECT id, participant_id FROM opinion_ratings ORDER BY participant_id, position", as: (UUID, UUID).self)
        let mine = rows.filter { $0.1 == people[0] }.map(\.0)
        await #expect(throws: StudyError.notYet) { try await rate(people[0], mine[1], database) }
        await #expect(throws: StudyError.unknownStatement) { try await rate(people[1], mine[0], database) }
        await #expect(throws: StudyError.unknownStatement) {
            try await Answers(database: database).noteShown(people[1], presentationID: mine[0])
        }
        #expect(
            try await database.first(
                """
                SELECT count(*) FROM opinion_ratings r JOIN opinions o ON o.id = r.opinion_id
                WHERE o.participant_id = r.participant_id
                """, as: Int.self) == 0)
    }

    @Test("When time is up the round goes on without the missing ratings, and late ones come too late")
    func deadline() async throws {
        let (database, people) = try await start()
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        for person in people[..<3] { try await StudyFixture.rateAll(person, database) }
        let late = try #require(try await state(people[3], database).statement)
        try await StudyFixture.passDeadlines(database)
        #expect(try await database.first("SELECT phase FROM rounds", as: String.self) == "drafting")
        #expect(
            try await database.query("SELECT away_phase FROM members WHERE away_since IS NOT NULL", as: String.self)
                == ["opinion-ratings"])
        await #expect(throws: StudyError.movedOn) { try await rate(people[3], late.id, database) }
        // Their opinion is among those that statements are made of.
        #expect(
            try await database.first("SELECT cardinality(included_participant_ids) FROM generations", as: Int32.self) == 4)
    }

    @Test("Deleting takes a person's ratings of opinions, and others' ratings of theirs, and the round goes on")
    func erased() async throws {
        let (database, people) = try await start()
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        for person in people[1...] { try await StudyFixture.rateAll(person, database) }
        // Only the first has not rated; without them the others are ready.
        try await Departure(database: database).leave(people[0], answers: .delete)
        #expect(try await database.first("SELECT phase FROM rounds", as: String.self) == "drafting")
        #expect(try await database.first("SELECT count(*) FROM opinion_ratings", as: Int.self) == 6)

        let (other, members) = try await start()
        for person in members { try await StudyFixture.answer(person, text: "Words of \(person)", in: other) }
        // The one opinion that the last still has to rate is taken back.
        for person in members[..<3] { try await StudyFixture.rateAll(person, other) }
        while let opinion = try await state(members[3], other).statement, opinion.number < 3 {
            try await rate(members[3], opinion.id, other)
        }
        let last = try #require(
            try await other.first(
                """
                SELECT o.participant_id FROM opinion_ratings r JOIN opinions o ON o.id = r.opinion_id
                WHERE r.submitted_at IS NULL
                """, as: UUID.self))
        try await Departure(database: other).leave(last, answers: .delete)
        #expect(try await other.first("SELECT phase FROM rounds", as: String.self) == "drafting")
    }

    @Test("A study says how long the ratings of opinions may last; one that picks opinions by actual welfare needs them")
    func settings() throws {
        let settings = try StudyFile(
            yaml: yaml.replacing("ratings_minutes: 10}", with: "ratings_minutes: 10, opinion_ratings_minutes: 3}")
        ).settings
        #expect(settings.opinionRatings == true && settings.timeLimits.opinionRatingsMinutes == 3)
        let welfare = TestStudy.yaml(conditions: "- {name: a, source: human-opinion, select: actual-welfare, alpha: 1}")
        let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: welfare) }
        #expect(error?.description.contains("needs opinion_ratings: true") == true)
        #expect(throws: Never.self) { try StudyFile(yaml: welfare + "\nopinion_ratings: true") }
    }

    @Test("The entrance says that words may be shown to the group where opinions are rated, or shown as statements, and only there")
    func words() async throws {
        let position = "- {name: position, source: position-statement}"
        for (yaml, mayShow) in [
            (TestStudy.yaml(conditions: position), false), (TestStudy.yaml(), true),
            (TestStudy.yaml(conditions: position) + "\nopinion_ratings: true", true),
        ] {
            let database = try await StudyFixture.openStudy(yaml)
            let entrance = try await Enrolment(database: database).entrance(
                to: "words", from: nil, invitation: nil, key: nil, languages: nil)
            #expect(entrance.mayShowWords == mayShow)
        }
    }
}
