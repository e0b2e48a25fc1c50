import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct StudyCopyTests {
    private static let payment = "\npayment: {currency: EUR, base: 3}\nquotas: {participants: 3}"

    /// How many rows each table has, but for those that only grow.
    private func rows(_ database: Database) async throws -> [String: Int] {
        let tables = try await database.query(
            """
            SELECT table_name::text FROM information_schema.tables
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
            """, as: String.self)
        var counts: [String: Int] = [:]
        for table in tables {
            counts[table] = try await database.first("SELECT count(*) FROM \(identifier: table)", as: Int.self)
        }
        return counts
    }

    @Test("A preview is walked through to the end, is seen in no number of the study, and leaves no row behind")
    func preview() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + Self.payment)
        _ = try await Users(database: database).create("anna", role: .admin)
        let anna = try await Users(database: database).user(named: "anna")
        let catalog = StudyCatalog(database: database), previews = Previews(database: database)
        let study = try await catalog.study(named: "words")
        let before = try await rows(database)
        let preview = try await previews.begin(study, by: anna)
        #expect(preview.study == "words")
        var people: [UUID] = []
        for number in 1...3 {
            let seat = try await previews.seat(number, of: preview.id, for: anna)
            #expect(seat.participantID == nil)
            #expect(try await previews.entrance(to: seat, languages: nil).title == "Words")
            let person = try await previews.take(seat, language: nil)
            // Consent that is given twice is one person's.
            #expect(try await previews.take(seat, language: nil) == person)
            #expect(try await previews.seat(number, of: preview.id, for: anna).participantID == person)
            try await Enrolment(database: database).acceptInstructions(person)
            people.append(person)
        }
        for (index, person) in people.enumerated() {
            try await StudyFixture.answer(person, text: "These are words of person \(index).", in: database)
        }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        for person in people {
            try await Enrolment(database: database).acceptDebriefing(person)
            let state = try await ParticipationReader(database: database).state(of: person)
            #expect(state.step == .done && state.pay?.base == "3.00 EUR")
        }
        let summary = try #require(try await catalog.list().first)
        #expect(try await catalog.list().count == 1)
        #expect(summary.participants == 0 && summary.people == 0 && summary.groups == 0 && summary.ratings == 0)
        let overview = try await catalog.overview(of: "words", withBudget: true)
        #expect(overview.people.all == 0 && overview.people.simulated == 0 && overview.groupsFinished == 0)
        #expect(try await !study.isFull(in: database))
        #expect(try await StudyFixture.dump(database)["participants"]?.isEmpty == true)
        try await previews.end(preview)
        #expect(try await rows(database) == before)
        await #expect(throws: StudyError.unknownPreview) { try await previews.seat(1, of: preview.id, for: anna) }
        await database.close()
    }

    @Test("A copy is there for nobody but whoever looks at it: not at its link, not for other admins, not under its name")
    func nobodyElse() async throws {
        let database = try await StudyFixture.openStudy()
        let users = Users(database: database)
        for name in ["anna", "bert"] { _ = try await users.create(name, role: .admin) }
        _ = try await users.create("rita", role: .researcher)
        let (anna, bert, rita) = (try await users.user(named: "anna"), try await users.user(named: "bert"), try await users.user(named: "rita"))
        let access = StudyAccess(database: database), previews = Previews(database: database)
        let study = try await StudyCatalog(database: database).study(named: "words")
        try await access.share(study.id, with: "rita", by: .init(user: anna, way: .page))
        let preview = try await previews.begin(study, by: anna)
        let enrolment = Enrolment(database: database)
        await #expect(throws: StudyError.self) { try await enrolment.join(preview.name, synthetic: false) }
        await #expect(throws: StudyError.self) {
            try await enrolment.entrance(to: preview.name, from: nil, invitation: nil, key: nil, languages: nil)
        }
        await #expect(throws: StudyError.unknownPreview) { try await previews.seat(1, of: preview.id, for: bert) }
        await #expect(throws: UserError.adminsOnly) { try await previews.seat(1, of: preview.id, for: rita) }
        for number in [0, 6] {
            await #expect(throws: StudyError.unknownPreview) { try await previews.seat(number, of: preview.id, for: anna) }
        }
        for user in [anna, bert, rita] {
            await #expect(throws: StudyError.self) { try await access.study(named: preview.name, for: user, to: .read) }
        }
        #expect(try await access.names(for: anna) == ["words"])
        // Another one takes its place; of a study that is no copy nothing goes.
        let second = try await previews.begin(study, by: anna)
        await #expect(throws: StudyError.unknownPreview) { try await previews.preview(preview.id, for: anna) }
        try await StudyCopies(database: database).throwAway(study.id)
        #expect(try await StudyCatalog(database: database).study(named: "words").state == .open)
        // As time goes by.
        try await database.execute("UPDATE studies SET expires_at = now() - interval '1 second' WHERE id = \(second.id)")
        try await StudyCopies(database: database).throwAwayExpired()
        #expect(try await database.first("SELECT count(*) FROM studies", as: Int.self) == 1)
        await database.close()
    }

    @Test("Real people's statements are made before those of a copy") func realPeopleFirst() async throws {
        let database = try await StudyFixture.openStudy()
        _ = try await Users(database: database).create("anna", role: .admin)
        let anna = try await Users(database: database).user(named: "anna")
        let previews = Previews(database: database)
        let preview = try await previews.begin(StudyCatalog(database: database).study(named: "words"), by: anna)
        var simulated: [UUID] = []
        for number in 1...3 {
            let person = try await previews.take(previews.seat(number, of: preview.id, for: anna), language: nil)
            try await Enrolment(database: database).acceptInstructions(person)
            simulated.append(person)
        }
        var real: [UUID] = []
        for _ in 1...3 { real.append(try await StudyFixture.arrive(database)) }
        for people in [simulated, real] {
            for (index, person) in people.enumerated() {
                try await StudyFixture.answer(person, text: "These are words of person \(index).", in: database)
            }
        }
        let job = try #require(try await GenerationQueue(database: database).claim(worker: UUID()))
        #expect(job.opinions.allSatisfy { real.contains($0.participantID) })
        await database.close()
    }

    @Test("Payments of people, whatever they are in, are never taken back, but for those of a copy") func payments() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml() + Self.payment)
        let person = try await StudyFixture.arrive(database)
        try await Payments(database: database).giveBonus(1, to: person.uuidString, because: "thanks", study: "words")
        for change in ["DELETE FROM payments", "UPDATE payments SET amount = 2", "TRUNCATE payments"] as [SQL] {
            await #expect(throws: PostgresError.self) { try await database.execute(change) }
        }
        await database.close()
    }

    @Test("A study is duplicated, put away and brought back; notes stay") func catalog() async throws {
        let database = try await StudyFixture.openStudy(TestStudy.yaml().replacing("title: Words", with: "title: Words  # a comment"))
        let catalog = StudyCatalog(database: database)
        try await catalog.duplicate("words", as: "words-2", by: .commandLine)
        #expect(try await catalog.file(of: "words-2").text == catalog.file(of: "words").text.replacing("name: words", with: "name: words-2"))
        await #expect(throws: StudyError.studyExists("words-2")) { try await catalog.duplicate("words", as: "words-2", by: .commandLine) }
        await #expect(throws: StudyError.badName("Not A Name")) { try await catalog.duplicate("words", as: "Not A Name", by: .commandLine) }
        await #expect(throws: StudyError.cannotArchive(study: "words", state: .open)) {
            try await catalog.setArchived(true, "words", by: .commandLine)
        }
        try await catalog.setArchived(true, "words-2", by: .commandLine)
        await #expect(throws: StudyError.archived("words-2")) { try await catalog.move("words-2", to: .open, by: .commandLine) }
        #expect(try await catalog.list().filter { $0.archivedAt == nil }.map(\.name) == ["words"])
        try await catalog.setArchived(false, "words-2", by: .commandLine)
        try await catalog.move("words-2", to: .open, by: .commandLine)

        let notes = StudyNotes(database: database)
        let study = try await catalog.study(named: "words")
        for text in ["  ", String(repeating: "x", count: 10_001)] {
            await #expect(throws: StudyError.emptyNote) { try await notes.add(text, to: study.id, by: .commandLine) }
        }
        try await notes.add("First.", to: study.id, by: .commandLine)
        try await notes.add("Second.", to: study.id, by: .commandLine)
        #expect(try await notes.list(of: study.id).map(\.text) == ["Second.", "First."])

        // A version that somebody else has made meanwhile is not written over.
        let changed = try StudyFile(yaml: TestStudy.yaml().replacing("minutes: 5\n", with: "minutes: 6\n"))
        #expect(try await catalog.edit("words", with: changed, base: 1, by: .commandLine).version == 2)
        let other = try StudyFile(yaml: TestStudy.yaml().replacing("minutes: 5\n", with: "minutes: 7\n"))
        await #expect(throws: StudyError.newerVersion(2)) { try await catalog.edit("words", with: other, base: 1, by: .commandLine) }
        let versions = try await catalog.versions(of: "words")
        #expect(versions.map(\.version) == [2, 1] && versions.map(\.isRunning) == [false, true])
        #expect(versions[0].changes == [.init(title: "Minutes", before: "5", after: "6")])
        let overview = try await catalog.overview(of: "words", withBudget: true)
        #expect(overview.pending == versions[0].changes && overview.version == 2 && overview.runningVersion == 1)
        await #expect(throws: StudyError.unknownVersion(3, study: "words")) { try await catalog.file(of: "words", version: 3) }
        let logged = try await database.query("SELECT action FROM audit_log WHERE study_id IS NOT NULL ORDER BY id", as: String.self)
        #expect(logged == ["study.create", "study.archive", "study.unarchive", "study.open", "study.note", "study.note", "study.edit"])
        await database.close()
    }
}
