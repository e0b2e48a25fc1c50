import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct PaymentTests {
    private static let yaml = TestStudy.yaml() + """

        payment: {currency: GBP, base: 6, partial: 2.5, waiting: 1, waiting_per_minute: 0.1}
        """

    private func paid(_ person: UUID, _ database: Database) async throws -> [String] {
        try await database.query(
            "SELECT kind || ' ' || amount || ' ' || currency || ' ' || reason FROM payments WHERE participant_id = \(person) ORDER BY 1",
            as: String.self)
    }

    private func finish(_ people: [UUID], _ database: Database) async throws {
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        for person in people { try await Enrolment(database: database).acceptDebriefing(person) }
    }

    @Test("Base pay and pay for waiting are written down once when a part is over; bonuses are added; nothing is taken back")
    func payments() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        var people: [UUID] = []
        for _ in 0..<2 { people.append(try await StudyFixture.arrive(database)) }
        try await database.execute("UPDATE participants SET lobby_entered_at = lobby_entered_at - interval '200 seconds'")
        people.append(try await StudyFixture.arrive(database))
        try await finish(people, database)
        #expect(try await paid(people[0], database) == ["base 6.00 GBP done", "waiting 0.30 GBP done"])
        #expect(try await paid(people[2], database) == ["base 6.00 GBP done"])

        let payments = Payments(database: database)
        let id = people[2].uuidString
        try await payments.giveBonus(1.25, to: id, because: "a thoughtful opinion", study: "words")
        try await payments.giveBonus(0.5, to: id, because: "and another", study: "words")
        let list = try await payments.list(study: "words")
        #expect(list.count == 3)
        let last = list.first { $0.participantID == people[2] }
        #expect(last?.base == "6.00" && last?.waiting == "0.00" && last?.bonus == "1.75" && last?.total == "7.75")
        let pay = try #require(try await ParticipationReader(database: database).state(of: people[2]).pay)
        #expect(pay.base == "6.00 GBP" && pay.waiting == nil && pay.bonus == "1.75 GBP")

        for statement in ["UPDATE payments SET amount = 100", "DELETE FROM payments"] {
            await #expect(throws: PostgresError.self) { try await database.execute(SQL(stringLiteral: statement)) }
        }
        // Having one's answers deleted takes no pay away.
        try await Departure(database: database).leave(people[0], answers: .delete)
        #expect(try await paid(people[0], database).count == 2)
        let dump = try await StudyFixture.dump(database)
        // Of whoever is in no dump, their pay is not either.
        #expect(dump["payments"]?.count == 5 && dump["payments"]?.first?["currency"] == "GBP")
    }

    @Test("A bonus is given once, however often it is sent with its key, which is good for no other bonus")
    func bonusKeys() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        let person = try await StudyFixture.arrive(database), other = try await StudyFixture.arrive(database)
        let payments = Payments(database: database), key = UUID()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for _ in 0..<8 {
                tasks.addTask {
                    try await payments.giveBonus(
                        1.25, to: person.uuidString, because: " thoughtful ", study: "words", key: key)
                }
            }
            try await tasks.waitForAll()
        }
        #expect(try await paid(person, database) == ["bonus 1.25 GBP thoughtful"])
        for (amount, whom, reason) in [(1.25, other, "thoughtful"), (1.5, person, "thoughtful"), (1.25, person, "another")] {
            await #expect(throws: PaymentError.otherBonus) {
                try await payments.giveBonus(amount, to: whom.uuidString, because: reason, study: "words", key: key)
            }
        }
        // Somebody may well be given the same twice.
        try await payments.giveBonus(1.25, to: person.uuidString, because: "thoughtful", study: "words")
        #expect(try await paid(person, database).count == 2)
        #expect(try await paid(other, database).isEmpty)
        #expect(try await database.first("SELECT count(*) FROM audit_log WHERE action = 'payment.bonus'", as: Int.self) == 2)
    }

    @Test("Other ends have their own pay, or none")
    func ends() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        let inVain = try await StudyFixture.arrive(database)
        try await StudyFixture.passDeadlines(database)
        #expect(try await paid(inVain, database) == ["waiting 1.00 GBP waited-in-vain"])
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        try await Departure(database: database).leave(people[0], answers: .keep)
        #expect(try await paid(people[0], database) == ["base 2.50 GBP stopped-keep"])
        #expect(try await paid(people[1], database) == ["base 2.50 GBP group-ended"])
        let removed = try await StudyFixture.arrive(database)
        let study = try await StudyCatalog(database: database).study(named: "words")
        for isFirst in [true, false] {
            let outcome = try await Interventions(database: database).carryOut(
                .remove(removed, reason: ""), in: study, by: .commandLine)
            #expect(outcome.done == isFirst)
        }
        #expect(try await paid(removed, database).isEmpty)
        #expect(try await ParticipationReader(database: database).state(of: removed).ending?.reason == .removed)
        for _ in 0..<3 { _ = try await StudyFixture.arrive(database, synthetic: true) }
        let simulated = try await database.query("SELECT id FROM participants WHERE synthetic ORDER BY id", as: UUID.self)
        try await finish(simulated, database)
        #expect(try await paid(simulated[0], database).isEmpty, "a rehearsal costs nothing")
    }

    @Test("A bonus needs a study that pays, somebody who is in it, and an amount")
    func refused() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml)
        let person = try await StudyFixture.arrive(database).uuidString
        let payments = Payments(database: database)
        for amount in [0, -1, 0.001, .nan, 1e9] {
            await #expect(throws: StudyError.badAmount) {
                try await payments.giveBonus(amount, to: person, because: "x", study: "words")
            }
        }
        await #expect(throws: StudyError.unknownParticipant("nobody", study: "words")) {
            try await payments.giveBonus(1, to: "nobody", because: "x", study: "words")
        }
        await #expect(throws: StudyError.unknownParticipant("nobody", study: "words")) {
            _ = try await Interventions(database: database).person(
                "nobody", in: try await StudyCatalog(database: database).study(named: "words"))
        }
        let other = try await StudyFixture.openStudy()
        await #expect(throws: StudyError.noPayment("words")) {
            try await Payments(database: other).giveBonus(1, to: person, because: "x", study: "words")
        }
        #expect(try await payments.list(study: "words").isEmpty)
        #expect(throws: StudyFileError.self) {
            try StudyFile(yaml: TestStudy.yaml() + "\npayment: {currency: pounds, base: 1}")
        }
    }

    @Test("A study whose longest way is longer than the platform's limit is warned about")
    func warning() throws {
        func warnings(_ limit: Int) throws -> [String] {
            try StudyFile(
                yaml: TestStudy.yaml(rounds: 2) + "\nrecruitment: {source: platform, limit_minutes: \(limit)}"
            ).settings.warnings
        }
        // 30 to the lobby, 10 in it, twice 10 + 10 + 10, 60 for the debriefing.
        #expect(try warnings(160) == [])
        #expect(try warnings(159).first?.contains("takes 160 minutes") == true)
    }

    @Test("The table of payments cannot be emptied, and whoever is returned while they read the debriefing is owed no base pay")
    func returnedInDebriefing() async throws {
        let database = try await StudyFixture.openStudy(Self.yaml + "\nquotas: {participants: 3}\nrecruitment: {source: platform}")
        var people: [UUID] = []
        for number in 0..<3 {
            let secret = try await Enrolment(database: database).join(
                "words", synthetic: false, from: PlatformIDs(participant: "p\(number)")).secret
            people.append(try await Sessions(database: database).participant(with: secret).id)
            try await Enrolment(database: database).acceptInstructions(people[number])
        }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        #expect(try await ParticipationReader(database: database).state(of: people[0]).step == .debriefing)
        let study = try await StudyCatalog(database: database).study(named: "words")
        #expect(try await study.isFull(in: database))
        #expect(try await Submissions(database: database).returned(["p0"], study: "words").ended == ["p0"])
        #expect(try await Submissions(database: database).returned(["p0"], study: "words").ended == [])
        #expect(try await !study.isFull(in: database), "the place is free at once")
        for person in people { try await Enrolment(database: database).acceptDebriefing(person) }
        #expect(try await paid(people[0], database).isEmpty)
        #expect(try await paid(people[1], database) == ["base 6.00 GBP done"])
        #expect(try await ParticipationReader(database: database).state(of: people[0]).ending?.reason == .returned)
        await #expect(throws: PostgresError.self) { try await database.execute("TRUNCATE payments") }
    }
}
