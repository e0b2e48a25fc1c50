import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct PaymentSheetTests {
    private static let payment = "payment: {currency: GBP, base: 6, partial: 2.5, waiting: 1, waiting_per_minute: 0.1}"

    private func study(_ database: Database) async throws -> Study {
        try await StudyCatalog(database: database).study(named: "words")
    }

    /// A study from a platform in which `count` people, p0 and so on, have waited in vain and are due 1.00 each.
    private func waitedInVain(_ count: Int, _ more: String = payment) async throws -> Database {
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\n\(more)\nrecruitment: {source: platform}")
        for number in 0..<count {
            let secret = try await Enrolment(database: database).join(
                "words", synthetic: false, from: PlatformIDs(participant: "p\(number)")).secret
            let person = try await Sessions(database: database).participant(with: secret)
            try await Enrolment(database: database).acceptInstructions(person.id)
            try await StudyFixture.passDeadlines(database)
        }
        return database
    }

    @Test("Amounts are marked as paid once, whoever marks them, and a mistake is another fact")
    func marks() async throws {
        let database = try await waitedInVain(3)
        let payments = Payments(database: database), study = try await study(database)
        let ids = try await payments.list(study: "words").flatMap(\.lines).map(\.id)
        #expect(ids.count == 3)
        let first = try await payments.mark(Array(ids[..<2]), paid: true, in: study, by: .commandLine)
        #expect(first.marked == 2 && first.unchanged == 0 && first.people == 2 && first.amounts == ["GBP": "2.00"])
        let again = try await payments.mark(ids, paid: true, note: " by bank ", in: study, by: .commandLine)
        #expect(again.marked == 1 && again.unchanged == 2 && again.batch != first.batch)
        let sheet = try await payments.sheet(of: study)
        #expect(sheet.totals.map(\.due) == ["0.00"] && sheet.totals.map(\.paid) == ["3.00"] && sheet.totals[0].people == 3)
        #expect(sheet.people.flatMap(\.lines).compactMap(\.note) == ["by bank"])

        let undone = try await payments.mark([ids[0]], paid: false, note: "the wrong person", in: study, by: .commandLine)
        #expect(undone.marked == 1)
        let line = try #require(try await payments.list(study: "words").flatMap(\.lines).first { $0.id == ids[0] })
        #expect(!line.paid && line.markedAt != nil && line.note == "the wrong person")
        #expect(try await database.first("SELECT count(*) FROM payment_marks", as: Int.self) == 4)
        #expect(
            try await database.query("SELECT action FROM audit_log WHERE action LIKE 'payment.%' ORDER BY id", as: String.self)
                == ["payment.paid", "payment.paid", "payment.unpaid"])
        for statement in ["UPDATE payment_marks SET paid = true", "DELETE FROM payment_marks", "TRUNCATE payment_marks"] {
            await #expect(throws: PostgresError.self) { try await database.execute(SQL(stringLiteral: statement)) }
        }
        // All or nothing.
        await #expect(throws: PaymentError.self) {
            try await payments.mark([ids[0], UUID()], paid: true, in: study, by: .commandLine)
        }
        #expect(try await payments.list(study: "words").map(\.due).sorted() == ["0.00", "0.00", "1.00"])
    }

    @Test("Ten who mark the same at once mark it once")
    func marksAtOnce() async throws {
        let database = try await waitedInVain(4)
        let payments = Payments(database: database), study = try await study(database)
        let ids = try await payments.list(study: "words").flatMap(\.lines).map(\.id)
        let marked = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<10 {
                tasks.addTask { try await payments.mark(ids.shuffled(), paid: true, in: study, by: .commandLine).marked }
            }
            return try await tasks.reduce(0, +)
        }
        #expect(marked == 4)
        #expect(try await database.first("SELECT count(*) FROM payment_marks", as: Int.self) == 4)
    }

    @Test("Files have what is due, and nothing that is paid: whole base pay to approve, the rest as bonuses, all of it as CSV")
    func files() async throws {
        let database = try await waitedInVain(2)
        let payments = Payments(database: database), study = try await study(database)
        try await database.execute(
            """
            INSERT INTO payments (participant_id, kind, amount, currency, reason)
            SELECT id, 'base', CASE platform_id WHEN 'p0' THEN 6 ELSE 2.5 END, 'GBP', 'done' FROM participants
            """)
        try await payments.giveBonus(0.25, to: "p0", because: #"=1, "so" well"#, study: "words")
        #expect(try await payments.file(.prolificApprove, of: study) == "p0\n")
        #expect(try await payments.file(.prolificBonus, of: study) == "p0,1.25\np1,3.50\n")
        let csv = try await payments.file(.csv, of: study).split(separator: "\n")
        #expect(csv[0] == "participant_id,platform_id,payment_id,kind,amount,currency,reason,created_at" && csv.count == 6)
        #expect(csv.contains { $0.contains(#",bonus,0.25,GBP,"'=1, ""so"" well","#) })

        let lines = try await payments.list(study: "words").flatMap(\.lines)
        let base = lines.filter(\.isWholeBase).map(\.id)
        #expect(try await payments.file(.prolificBonus, of: study, only: base) == "")
        _ = try await payments.mark(base, paid: true, in: study, by: .commandLine)
        #expect(try await payments.file(.prolificApprove, of: study) == "")
        #expect(try await payments.file(.prolificBonus, of: study) == "p0,1.25\np1,3.50\n", "the rest is still due")

        // Whoever came without a platform is in the CSV file only.
        let open = try await StudyFixture.openStudy(TestStudy.yaml() + "\n" + Self.payment)
        _ = try await StudyFixture.arrive(open)
        try await StudyFixture.passDeadlines(open)
        let other = try await self.study(open)
        #expect(try await Payments(database: open).file(.prolificBonus, of: other) == "")
        #expect(try await Payments(database: open).file(.csv, of: other).split(separator: "\n").count == 2)
    }

    @Test("Nobody is paid more than the cap, by waiting or by bonuses")
    func cap() async throws {
        let more = Self.payment.replacing("base: 6", with: "base: 6, cap: 6.5").replacing("0.1}", with: "2}")
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\n" + more)
        let person = try await StudyFixture.arrive(database)
        try await database.execute("UPDATE participants SET lobby_entered_at = lobby_entered_at - interval '400 seconds'")
        // While they are in the study, they may come to the whole cap.
        await #expect(throws: PaymentError.overCap(cap: "6.50", left: "0.00")) {
            try await Payments(database: database).giveBonus(0.01, to: person.uuidString, because: "x", study: "words")
        }
        try await StudyFixture.passDeadlines(database)
        let owed = try await Payments(database: database).list(study: "words")
        #expect(owed.map(\.total) == ["6.50"], "1 and six times 2, but no more than the cap")
        await #expect(throws: PaymentError.overCap(cap: "6.50", left: "0.00")) {
            try await Payments(database: database).giveBonus(0.01, to: person.uuidString, because: "x", study: "words")
        }
        await #expect(throws: PaymentError.reasonNeeded) {
            try await Payments(database: database).giveBonus(1, to: person.uuidString, because: "  ", study: "words")
        }
    }

    @Test("However many join at once, as many are taken in as the budget pays for, and the study is paused behind the last")
    func budget() async throws {
        // A place is 6 and ten minutes of waiting: 7.
        let budget = Self.payment.replacing("base: 6", with: "base: 6, budget: 36")
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\n" + budget)
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { tasks in
            for _ in 0..<24 {
                tasks.addTask {
                    do {
                        return try await Enrolment(database: database).join("words", synthetic: false).isNew
                    } catch StudyError.notOpen(.paused) {
                        return false
                    }
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 5)
        let study = try await study(database)
        #expect(study.state == .paused)
        let logged = try await database.query(
            "SELECT via, action FROM audit_log WHERE via = 'server'", as: (String, String).self)
        #expect(logged.count == 1 && logged[0] == ("server", "study.pause"))
        let standing = try #require(try await Payments(database: database).sheet(of: study).budget)
        #expect(standing.owed == "0.00" && standing.promised == "35.00" && standing.left == "1.00" && standing.places == 0)
        #expect(standing.people == 5 && standing.isTight && standing.place == "7.00")

        // It does not open again without money; a rehearsal costs none.
        let refused = await #expect(throws: StudyError.self) {
            try await StudyCatalog(database: database).move("words", to: .open)
        }
        #expect(refused?.description.contains("raise payment.budget") == true)
        let people = try await database.query("SELECT id FROM participants LIMIT 2", as: UUID.self)
        for person in people {
            _ = try await Interventions(database: database).carryOut(
                .remove(person, reason: "a mistake"), in: study, by: .commandLine)
        }
        try await StudyCatalog(database: database).move("words", to: .open)
        #expect(try await Enrolment(database: database).join("words", synthetic: true).isNew)

        // A bonus is paid out of what is left, and may take the last place.
        let payments = Payments(database: database)
        await #expect(throws: PaymentError.overBudget(left: "15.00")) {
            try await payments.giveBonus(15.01, to: people[0].uuidString, because: "x", study: "words")
        }
        try await payments.giveBonus(8.5, to: people[0].uuidString, because: "x", study: "words")
        #expect(try await self.study(database).state == .paused)
        await #expect(throws: StudyError.notOpen(.paused)) {
            try await Enrolment(database: database).join("words", synthetic: false)
        }
    }

    @Test("Bonuses and newcomers at once stay within the budget together")
    func bonusesAndNewcomers() async throws {
        let budget = Self.payment.replacing("base: 6", with: "base: 6, budget: 70")
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\n" + budget)
        let first = try await StudyFixture.arrive(database).uuidString
        await withTaskGroup(of: Void.self) { tasks in
            for number in 0..<24 {
                tasks.addTask {
                    if number.isMultiple(of: 2) {
                        _ = try? await Enrolment(database: database).join("words", synthetic: false)
                    } else {
                        try? await Payments(database: database).giveBonus(5, to: first, because: "x", study: "words")
                    }
                }
            }
        }
        let standing = try #require(try await Payments(database: database).sheet(of: try await study(database)).budget)
        let left = try #require(Double(standing.left))
        #expect(left >= 0 && left < 7, "\(standing)")
        #expect(try await study(database).state == .paused)
    }

    @Test("People who leave, and are owed something for it, and newcomers at once stay within the budget together")
    func leaversAndNewcomers() async throws {
        let budget = Self.payment.replacing("base: 6", with: "base: 6, budget: 72")
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + "\n" + budget)
        var inside: [UUID] = []
        for _ in 0..<8 {
            let secret = try await Enrolment(database: database).join("words", synthetic: false).secret
            inside.append(try await Sessions(database: database).participant(with: secret).id)
        }
        await withTaskGroup(of: Void.self) { tasks in
            for person in inside {
                tasks.addTask { _ = try? await Departure(database: database).leave(person, answers: .keep) }
                tasks.addTask { _ = try? await Enrolment(database: database).join("words", synthetic: false) }
                tasks.addTask { _ = try? await Enrolment(database: database).join("words", synthetic: false) }
            }
        }
        let standing = try #require(try await Payments(database: database).sheet(of: try await study(database)).budget)
        #expect(standing.owed == "20.00" && standing.people >= 2, "2.50 for each who left")
        #expect(try #require(Double(standing.left)) >= 0, "\(standing)")
    }

    @Test("Caps and budgets that nobody could be paid by are refused with the study file")
    func settings() throws {
        for (more, words) in [("cap: 5", "somebody may be owed 6"), ("budget: 6.99", "one person may come to 7.00")] {
            let error = #expect(throws: StudyFileError.self) {
                try StudyFile(yaml: TestStudy.yaml() + "\n" + Self.payment.replacing("base: 6", with: "base: 6, \(more)"))
            }
            #expect(error?.description.contains(words) == true, "\(more)")
        }
        let settings = try StudyFile(
            yaml: TestStudy.yaml() + "\n" + Self.payment.replacing("base: 6", with: "base: 6, cap: 6, budget: 6")).settings
        #expect(settings.payment?.cap == 6 && settings.payment?.budget == 6, "with a cap a place costs no more than it")
    }
}
