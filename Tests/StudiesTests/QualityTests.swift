import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct QualityTests {
    private func start(_ more: String = "", rounds: Int = 1, people count: Int = 3) async throws -> (Database, [UUID]) {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(rounds: rounds, conditions: "- {name: own, source: human-opinion, statements: 3}") + "\n" + more)
        var people: [UUID] = []
        for _ in 0..<count { people.append(try await StudyFixture.arrive(database)) }
        return (database, people)
    }

    private func flags(_ person: UUID, _ database: Database) async throws -> [String] {
        try await database.query(
            "SELECT flag FROM flags WHERE participant_id = \(person) ORDER BY flag, presentation_id", as: String.self)
    }

    private func stance(_ person: UUID, round: Int = 1, _ database: Database) async throws {
        try await Answers(database: database).giveStance(
            person, round: round, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "b"))
    }

    /// Puts the person's stance so many seconds back.
    private func wait(_ seconds: Double, after person: UUID, _ database: Database) async throws {
        try await database.execute(
            "UPDATE stances SET submitted_at = now() - make_interval(secs => \(seconds)) WHERE participant_id = \(person)")
    }

    /// Makes all three members' opinions the round's statements.
    private func makeStatements(_ database: Database) async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) { try await queue.finish(job, with: .opinions(job.opinions)) }
    }

    private func rate(
        _ person: UUID, _ database: Database, seconds: Double = 60, _ values: (Int, Participation.Statement) -> (Int, Int)
    ) async throws {
        let answers = Answers(database: database)
        var number = 0
        while let statement = try await ParticipationReader(database: database).state(of: person).statement {
            try await answers.noteShown(person, presentationID: statement.id)
            try await database.execute(
                "UPDATE presentations SET shown_at = now() - make_interval(secs => \(seconds)) WHERE id = \(statement.id)")
            let (agreement, quality) = values(number, statement)
            try await answers.rate(
                person, presentationID: statement.id, agreement: LikertValue(agreement, for: "a"),
                quality: LikertValue(quality, for: "q"))
            number += 1
        }
    }

    @Test("Pasted, copied and hasty opinions are flagged, and taken")
    func opinions() async throws {
        let (database, people) = try await start()
        let answers = Answers(database: database)
        let question = try await database.first(
            "SELECT q.question FROM rounds r JOIN questions q ON q.id = r.question_id", as: String.self) ?? ""
        for person in people { try await stance(person, database) }
        try await wait(60, after: people[0], database)
        try await wait(60, after: people[1], database)
        try await answers.giveOpinion(people[0], round: 1, text: question + " I say yes.", pasted: 19)
        try await answers.giveOpinion(people[1], round: 1, text: "Something that I have from elsewhere, and this.", pasted: 24)
        try await answers.giveOpinion(people[2], round: 1, text: "I wrote this in no time.", pasted: -5)
        #expect(try await flags(people[0], database) == ["copied-question"])
        #expect(try await flags(people[1], database) == ["pasted"])
        #expect(try await flags(people[2], database) == ["too-fast-opinion"])
        let share = try await database.first("SELECT value FROM flags WHERE flag = 'pasted'", as: Double.self) ?? 0
        #expect(abs(share - 24.0 / 47) < 1e-9)
        // The same again adds nothing.
        try await answers.giveOpinion(people[2], round: 1, text: "I wrote this in no time.")
        #expect(try await flags(people[2], database) == ["too-fast-opinion"])
    }

    @Test("A study may refuse such opinions, and takes them when they have been mended")
    func refused() async throws {
        let (database, people) = try await start(
            "quality: {opinion_seconds: 30, block: [pasted, copied-question, too-fast-opinion]}")
        let answers = Answers(database: database)
        let person = people[0]
        try await stance(person, database)
        await #expect(throws: StudyError.refused(for: .tooFastOpinion)) {
            try await answers.giveOpinion(person, round: 1, text: "My own words entirely.")
        }
        try await wait(31, after: person, database)
        await #expect(throws: StudyError.refused(for: .pasted)) {
            try await answers.giveOpinion(person, round: 1, text: "Words that I have from elsewhere.", pasted: 33)
        }
        let question = try await database.first(
            "SELECT q.affirming_statement FROM rounds r JOIN questions q ON q.id = r.question_id", as: String.self) ?? ""
        await #expect(throws: StudyError.refused(for: .copiedQuestion)) {
            try await answers.giveOpinion(person, round: 1, text: question)
        }
        #expect(try await database.first("SELECT count(*) FROM opinions", as: Int.self) == 0)
        #expect(try await flags(person, database).isEmpty)
        try await answers.giveOpinion(person, round: 1, text: "My own words entirely.")
        #expect(try await flags(person, database).isEmpty)
    }

    @Test("The speed of simulated people says nothing")
    func simulated() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\nquality: {block: [too-fast-opinion]}")
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database, synthetic: true)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        #expect(try await database.first("SELECT count(*) FROM flags", as: Int.self) == 0)
    }

    @Test("Ratings that come too fast, or all alike, are flagged")
    func ratings() async throws {
        let (database, people) = try await start(people: 3)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await database.execute("DELETE FROM flags")
        // Statements of nobody, so that each member rates three.
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            try await queue.finish(job, with: .positionStatements(["One.", "Two.", "Three."]))
        }
        try await rate(people[0], database) { _, _ in (4, 4) }
        try await rate(people[1], database) { number, _ in (4, number == 2 ? 5 : 4) }
        try await rate(people[2], database, seconds: 1) { number, _ in (number + 1, 4) }
        #expect(try await flags(people[0], database) == ["straight-lining"])
        #expect(try await flags(people[1], database).isEmpty)
        #expect(try await flags(people[2], database) == ["too-fast-rating", "too-fast-rating", "too-fast-rating"])
        let dump = try await StudyFixture.dump(database)
        let rows = try #require(dump["flags"])
        #expect(rows.count { $0["flag"] == "too-fast-rating" && $0["statement_id"] != "" } == 3)
        #expect(rows.first { $0["flag"] == "straight-lining" }?["value"] == "3")
        try await Departure(database: database).leave(people[2], answers: .delete)
        #expect(try await flags(people[2], database).isEmpty)
    }

    @Test("An attention check is rated among the statements of its round, tested, and kept apart from them")
    func attentionChecks() async throws {
        let (database, people) = try await start(
            """
            attention_checks:
              - {round: 1, text: "Please choose Strongly agree for this one.", agreement: 7}
              - {round: 2, text: "Not in this round.", agreement: 1, quality: 1}
            """, rounds: 2)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await makeStatements(database)
        var places: [Int] = []
        for person in people {
            try await rate(person, database) { number, statement in
                #expect(statement.of == 3, "two others' opinions, and the check")
                let isCheck = statement.text.hasPrefix("Please choose")
                if isCheck { places.append(number) }
                return (isCheck && person == people[0] ? 6 : 7, 4 - number)
            }
        }
        #expect(places.count == 3)
        #expect(try await flags(people[0], database).contains("failed-attention-check"))
        for person in people[1...] { #expect(try await !flags(person, database).contains("failed-attention-check")) }
        let dump = try await StudyFixture.dump(database)
        #expect(dump["statements"]?.count == 3 && dump["ratings"]?.count == 6)
        #expect(dump["attention_checks"]?.map { $0["passed"] }.sorted { $0 ?? "" < $1 ?? "" } == ["f", "t", "t"])
        #expect(dump["rounds"]?.first?["answers"] == "6")
    }

    @Test("The inclusion rule marks rounds, groups and people in the dump, and nobody's part depends on it")
    func inclusion() async throws {
        let (database, people) = try await start(
            "inclusion: {members: 2, rounds: 1, answers: 4, excluding_flags: [pasted]}", rounds: 2)
        for person in people {
            try await stance(person, database)
            try await Answers(database: database).giveOpinion(
                person, round: 1, text: "A few words of \(person), all of them mine.", pasted: person == people[0] ? 60 : 0)
        }
        try await makeStatements(database)
        for person in people { try await rate(person, database) { number, _ in (number + 1, 4) } }
        var dump = try await StudyFixture.dump(database)
        #expect(dump["rounds"]?.map { $0["included"] } == ["t", "f"])
        #expect(dump["rounds"]?.map { $0["complete_members"] } == ["2", "0"])
        #expect(dump["groups"]?.map { $0["included"] } == ["t"] && dump["groups"]?.first?["included_rounds"] == "1")
        #expect(dump["participants"]?.count { $0["included"] == "t" } == 2)

        // One who has the flag, too, leaves one member, which is too few.
        try await database.execute(
            """
            INSERT INTO flags (participant_id, round_id, flag, value)
            SELECT \(people[1])::uuid, id, 'pasted', 1 FROM rounds WHERE number = 1
            """)
        dump = try await StudyFixture.dump(database)
        #expect(dump["rounds"]?.first?["included"] == "f" && dump["groups"]?.first?["included"] == "f")
        #expect(dump["participants"]?.allSatisfy { $0["included"] == "f" } == true)
        #expect(try await ParticipationReader(database: database).state(of: people[1]).step == .stance)

        let (other, _) = try await start()
        dump = try await StudyFixture.dump(other)
        #expect(dump["rounds"]?.first?["included"] == "" && dump["participants"]?.first?["included"] == "")
    }

    @Test("Rules that the study cannot meet are refused")
    func conflicts() throws {
        func problem(_ more: String) -> String {
            let error = #expect(throws: StudyFileError.self) { try StudyFile(yaml: TestStudy.yaml() + "\n" + more) }
            return error?.description ?? ""
        }
        #expect(problem("inclusion: {members: 4, rounds: 1, answers: 0}").contains("a group has at most 3"))
        #expect(problem("inclusion: {members: 3, rounds: 2, answers: 0}").contains("a group has only 1"))
        #expect(problem("attention_checks: [{round: 2, text: x, agreement: 7}]").contains("there is no round 2, only 1"))
        #expect(problem("attention_checks: [{round: 1, text: x, agreement: 8}]").contains("agreement must be 1 to 7"))
        #expect(problem("quality: {block: [straight-lining]}").contains("must be one of pasted, copied-question, too-fast-opinion"))
    }

    @Test("A rating of a statement that the page never said it showed is not called hasty")
    func neverShown() async throws {
        let (database, people) = try await start()
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await database.execute("DELETE FROM flags")
        try await makeStatements(database)
        let statement = try #require(try await ParticipationReader(database: database).state(of: people[0]).statement)
        try await Answers(database: database).rate(
            people[0], presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        #expect(try await flags(people[0], database).isEmpty)
    }

    @Test("Statements are counted as they come, also when one before them was taken back; checks are no ratings of the study")
    func counted() async throws {
        let (database, people) = try await start(
            "attention_checks: [{round: 1, text: Please choose Strongly agree., agreement: 7}]", people: 3)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await makeStatements(database)
        let rater = people[0]
        // Somebody else's opinion, which comes first for the rater, is taken back.
        let first = try #require(
            try await database.first(
                """
                SELECT s.author_id FROM presentations p JOIN statements s ON s.id = p.statement_id
                WHERE p.participant_id = \(rater) AND s.author_id IS NOT NULL ORDER BY p.position LIMIT 1
                """, as: UUID.self))
        try await Departure(database: database).leave(first, answers: .delete)
        var numbers: [String] = []
        try await rate(rater, database) { _, statement in
            numbers.append("\(statement.number) of \(statement.of)")
            return (7, 4)
        }
        #expect(numbers == ["1 of 2", "2 of 2"])
        let listed = try await StudyCatalog(database: database).list().first
        #expect(listed?.ratings == 1)
    }
}
