import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct ReviewTests {
    private static let rude = "Those retarded people again"

    private func start(_ review: String, more: String = "") async throws -> (database: Database, study: Study, people: [UUID]) {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml() + (review.isEmpty ? "" : "\nreview: {\(review)}") + "\n" + more)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        return (database, try await StudyCatalog(database: database).study(named: "words"), people)
    }

    private func phase(_ database: Database) async throws -> String? {
        try await database.first("SELECT phase FROM rounds ORDER BY number LIMIT 1", as: String.self)
    }

    /// Everybody writes; the first is rude.
    private func write(_ people: [UUID], _ database: Database) async throws {
        for (place, person) in people.enumerated() {
            try await StudyFixture.answer(person, text: place == 0 ? Self.rude : "The opinion of seat \(place)", in: database)
        }
    }

    private func text(of person: UUID, _ study: Study, _ database: Database) async throws -> ReviewedText? {
        try await Reviews(database: database).list(.all, of: study, readsAll: true).texts.first { $0.participantID == person }
    }

    private func decide(
        _ person: UUID, _ decision: ReviewedText.Decision, _ reason: String? = nil, _ study: Study, _ database: Database
    ) async throws {
        let text = try #require(try await text(of: person, study, database))
        _ = try await Reviews(database: database).decide(
            text.id, decision, because: reason, after: text.decisions.last?.id, in: study, by: .commandLine)
    }

    /// What of others' words each member reads as statements or opinions, until nothing is before them.
    private func read(_ person: UUID, _ database: Database) async throws -> [String] {
        var read: [String] = []
        while let statement = try await ParticipationReader(database: database).state(of: person).statement {
            read.append(statement.text)
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        }
        return read
    }

    @Test("A round waits for what is marked, and shows it once an admin has approved it")
    func approved() async throws {
        let (database, study, people) = try await start("before_display: flagged, minutes: 5", more: "opinion_ratings: true")
        try await write(people, database)
        #expect(try await phase(database) == "review")
        let state = try await ParticipationReader(database: database).state(of: people[1])
        #expect(state.step == .waiting && state.deadline != nil && state.waiting?.for == .statements)
        let list = try await Reviews(database: database).list(.unread, of: study, readsAll: true)
        #expect(list.counts == .init(unread: 1, flagged: 1, hidden: 1, all: 3) && list.mode == .flagged && list.minutes == 5)
        #expect(list.texts.first?.text == Self.rude && list.texts.first?.waitsUntil != nil)
        #expect(list.texts.first?.findings == [TextFinding(kind: "slur", start: 6, length: 8)])
        // Whoever reads what others may read does not read it.
        let others = try await Reviews(database: database).list(.all, of: study, readsAll: false)
        #expect(others.texts.count { $0.text == nil } == 1 && others.texts.allSatisfy { $0.text != Self.rude && $0.findings.isEmpty })

        try await decide(people[0], .approve, nil, study, database)
        #expect(try await phase(database) == "opinion-ratings")
        #expect(try await read(people[1], database).contains(Self.rude))
        #expect(try await database.query("SELECT action FROM audit_log WHERE action LIKE 'text.%'", as: String.self) == ["text.approve"])
        // The wait is none of the drafting.
        let waits = try await database.query(
            "SELECT review_ended_at > review_started_at AND review_started_at >= started_at FROM rounds WHERE number = 1", as: Bool?.self)
        #expect(waits == [true])
        for person in people { _ = try await read(person, database) }
        try await database.execute(
            "UPDATE rounds SET phase = 'finished', finished_at = now(), review_started_at = review_ended_at - interval '3 minutes'")
        let times = try await StudyReport.read(of: study, in: database).times.numbers.rounds
        #expect(times.map(\.phase) == ["opinions", "review", "opinion-ratings"] && times[1].median == 180)
        let row = try #require(try await StudyFixture.dump(database)["rounds"]?.first)
        #expect(row["review_started_at"]?.isEmpty == false && row["review_ended_at"]?.isEmpty == false)
        let approved = try #require(try await text(of: people[0], study, database))
        #expect(approved.visible && !approved.isUnread && approved.decisions.map(\.decision) == [.approve] && approved.waitsUntil == nil)
    }

    @Test("What is hidden is read by nobody: not on pages, not in the dump, not as a statement")
    func hidden() async throws {
        let (database, study, people) = try await start("before_display: flagged, minutes: 5", more: "opinion_ratings: true")
        try await write(people, database)
        await #expect(throws: ReviewError.reasonNeeded) { try await decide(people[0], .hide, " ", study, database) }
        try await decide(people[0], .hide, "an insult", study, database)
        #expect(try await phase(database) == "opinion-ratings")
        for (place, person) in people.enumerated() {
            #expect(try await read(person, database).count == (place == 0 ? 2 : 1))
        }
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await queue.finish(job, with: .opinions([try #require(job.opinions.first(where: \.mayBeShown))]))
        #expect(try await phase(database) == "ratings")
        for person in people { #expect(try await !read(person, database).contains(Self.rude)) }
        let dump = try await StudyFixture.dump(database)
        #expect(dump["opinions"]?.count == 3 && dump["opinions"]?.contains { $0["text"] == Self.rude } == false)
        #expect(dump["opinions"]?.count { $0["text"] == "" } == 1)
        #expect(dump["statements"]?.contains { $0["text"] == Self.rude } == false)
        // The author reads their own words.
        #expect(try await database.first("SELECT text FROM opinions WHERE participant_id = \(people[0])", as: String.self) == Self.rude)
        // Approved later, it is in the dump again; both decisions are kept.
        try await decide(people[0], .approve, "a quotation", study, database)
        #expect(try await StudyFixture.dump(database)["opinions"]?.contains { $0["text"] == Self.rude } == true)
        let verdicts = try #require(try await text(of: people[0], study, database)).decisions
        #expect(verdicts.map(\.decision) == [.hide, .approve] && verdicts.map(\.reason) == ["an insult", "a quotation"])
        await #expect(throws: PostgresError.self) { try await database.execute("UPDATE opinion_decisions SET reason = 'x'") }
    }

    @Test("A round waits for a review only until its deadline; then it goes on without what nobody has approved")
    func deadline() async throws {
        let (database, study, people) = try await start("before_display: always, minutes: 5", more: "opinion_ratings: true")
        try await write(people, database)
        #expect(try await phase(database) == "review")
        try await decide(people[1], .approve, nil, study, database)
        #expect(try await phase(database) == "review", "two still wait")
        try await StudyFixture.passDeadlines(database)
        #expect(try await phase(database) == "opinion-ratings")
        #expect(try await database.first("SELECT count(*) FROM members WHERE away_since IS NOT NULL", as: Int.self) == 0)
        #expect(try await read(people[0], database) == ["The opinion of seat 1"])
        #expect(try await read(people[1], database) == [])
        // Too late for this round.
        try await decide(people[2], .approve, nil, study, database)
        #expect(try await read(people[2], database) == ["The opinion of seat 1"])
        #expect(try await phase(database) == "drafting")
    }

    @Test("Where nothing may be shown the round still goes on, and ends")
    func nothing() async throws {
        for review in ["before_display: always", "before_display: always, minutes: 5"] {
            let (database, _, people) = try await start(review, more: "opinion_ratings: true")
            try await write(people, database)
            if review.contains("minutes") { try await StudyFixture.passDeadlines(database) }
            #expect(try await phase(database) == "finished", "\(review)")
            #expect(
                try await database.query("SELECT state || ': ' || error FROM generations", as: String.self)
                    == ["skipped: no opinion may be shown"])
            for person in people { #expect(try await read(person, database) == []) }
        }
    }

    @Test("Without a word about it, a study that shows people's words does not show what is marked; others hide nothing")
    func unsaid() async throws {
        let (database, study, people) = try await start("")
        try await write(people, database)
        #expect(try await phase(database) == "drafting", "nobody waits")
        #expect(try await text(of: people[0], study, database)?.visible == false)
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        #expect(job.opinions.count == 3 && job.opinions.count(where: \.mayBeShown) == 2)
        try await queue.finish(job, with: .opinions([try #require(job.opinions.first { !$0.mayBeShown })]))
        #expect(try await phase(database) == "finished", "a statement that nobody may read is none")

        let position = "- {name: position, source: position-statement}"
        let other = try await StudyFixture.openStudy(TestStudy.yaml(conditions: position))
        var members: [UUID] = []
        for _ in 0..<3 { members.append(try await StudyFixture.arrive(other)) }
        try await write(members, other)
        #expect(try await StudyFixture.dump(other)["opinions"]?.contains { $0["text"] == Self.rude } == true)
        let error = #expect(throws: StudyFileError.self) {
            try StudyFile(yaml: TestStudy.yaml(conditions: position) + "\nreview: {before_display: always}")
        }
        #expect(error?.description.contains("shows to nobody") == true)
        func warnings(_ review: String) throws -> [String] {
            try StudyFile(yaml: TestStudy.yaml() + "\nreview: {\(review)}").settings.warnings
        }
        #expect(try warnings("before_display: always").first?.contains("so none will be shown") == true)
        #expect(try warnings("before_display: always, minutes: 5").isEmpty && warnings("before_display: flagged").isEmpty)
    }

    @Test("A text that is hidden while it is being rated is taken from before those who have not rated it")
    func hiddenLater() async throws {
        let (database, study, people) = try await start("before_display: never", more: "opinion_ratings: true")
        try await write(people, database)
        #expect(try await phase(database) == "opinion-ratings")
        for person in people[1...] { while try await rateOneOf(others: people[0], person, database) {} }
        #expect(try await phase(database) == "opinion-ratings")
        _ = try await read(people[0], database)
        #expect(try await phase(database) == "opinion-ratings", "two still have the rude one before them")
        try await decide(people[0], .hide, "an insult", study, database)
        for person in people[1...] { #expect(try await !read(person, database).contains(Self.rude)) }
        #expect(try await phase(database) == "drafting")

        // The same for a statement, the only one of its round.
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await decide(people[0], .approve, nil, study, database)
        try await queue.finish(job, with: .opinions([try #require(job.opinions.first { $0.participantID == people[0] })]))
        #expect(try await phase(database) == "ratings")
        #expect(try await ParticipationReader(database: database).state(of: people[1]).statement?.text == Self.rude)
        try await decide(people[0], .hide, "an insult after all", study, database)
        #expect(try await phase(database) == "finished")
    }

    /// A round of a drafted and an own statement, whose opinions are in.
    private func startDrafting(_ review: String) async throws -> (database: Database, study: Study, people: [UUID]) {
        let conditions = "- {name: drafted, source: model, prompt: zero-shot}\n  - {name: own, source: human-opinion}"
        let database = try await StudyFixture.openStudy(TestStudy.yaml(conditions: conditions) + "\nreview: {\(review)}")
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        try await write(people, database)
        return (database, try await StudyCatalog(database: database).study(named: "words"), people)
    }

    /// Makes the statements of such a round: the drafted one of these drafts, the best first, and the opinion of seat 1.
    private func makeStatements(_ drafts: [String], _ people: [UUID], _ database: Database) async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            if job.condition.name == "drafted" {
                #expect(try await queue.finish(job, with: .draft(try ExportFixture.draft(drafts))))
            } else {
                #expect(try await queue.finish(job, with: .opinions(job.opinions.filter { $0.participantID == people[1] })))
            }
        }
    }

    /// What the researcher and the admin read of the drafts, in the log of generations.
    private func drafts(_ study: Study, _ database: Database) async throws -> (researcher: [String], admin: [String], why: String?) {
        let users = Users(database: database)
        let names = try await database.query("SELECT name FROM users", as: String.self)
        if !names.contains("rita") { _ = try await users.create("rita", role: .researcher) }
        let rita = AuditLog.Actor(user: try await users.user(named: "rita"), way: .page)
        let log = GenerationLog(database: database)
        let id = try #require(try await database.first("SELECT id FROM generations WHERE source = 'model'", as: UUID.self))
        let theirs = try await log.entry(id, of: study, for: rita, showingConditions: true)
        let all = try await log.entry(id, of: study, for: .commandLine, showingConditions: true)
        return (theirs.making?.candidates.map(\.text) ?? [], all.making?.candidates.map(\.text) ?? [], all.making?.why)
    }

    @Test("A draft that quotes what is hidden is shown to nobody: the next best is, and the drafts are read by admins alone")
    func hiddenDrafts() async throws {
        let (database, study, people) = try await startDrafting("before_display: flagged")
        let texts = ["We agree: \(Self.rude.lowercased())!", "We all want better buses.", "We want fewer cars."]
        try await makeStatements(texts, people, database)
        #expect(
            try await database.query("SELECT text FROM statements WHERE author_id IS NULL", as: String.self) == [texts[1]])
        let kept = try await database.query(
            "SELECT text, chosen, malformation FROM candidates ORDER BY number", as: (String, Bool, String?).self)
        #expect(kept.map(\.0) == texts && kept.map(\.1) == [false, true, false])
        #expect(kept.map(\.2) == ["quotes_hidden_opinion", nil, nil])
        #expect(try await phase(database) == "ratings")
        #expect(try await read(people[2], database).contains(texts[1]))

        let seen = try await drafts(study, database)
        #expect(seen.researcher == ["", "", ""] && seen.admin == texts)
        #expect(seen.why?.contains("1 quotes an opinion that others were not to read. Of the 2 left, 1.2 is shown") == true)
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        func dump(_ name: String, since: String? = nil) async throws -> [String] {
            var options = DumpOptions()
            options.parts = [Comparisons()]
            if let since { options.since = try await PreviousDump.read(folder.appending(path: since)) }
            let place = folder.appending(path: name)
            try await Dump(of: study, in: database).write(to: place, options)
            let lines = try String(contentsOf: place.appending(path: "candidate_comparisons.jsonl"), encoding: .utf8)
            let statements = try Table(file: place.appending(path: "statements.csv").path(percentEncoded: false)).rows
            #expect(since != nil || statements.contains { $0["text"] == texts[1] }, "what was shown is in the dump")
            #expect(lines.lowercased().contains("retarded") == (since != nil) && lines.contains(texts[1]))
            #expect(lines.contains(texts[2]) == (since != nil))
            return try Table(file: place.appending(path: "candidates.csv").path(percentEncoded: false)).rows.compactMap { $0["text"] }
        }
        #expect(try await dump("first") == ["", "", ""])
        // Approved, they are read by all; and a dump of what has changed has them.
        try await decide(people[0], .approve, "a quotation", study, database)
        #expect(Set(try await dump("later", since: "first")) == Set(texts))
        #expect(try await drafts(study, database).researcher == texts)
    }

    @Test("When hidden words are deleted, so are the drafts that were made of them, which nobody was to read")
    func erasedHiddenWords() async throws {
        let (database, study, people) = try await startDrafting("before_display: flagged")
        let texts = ["We agree: \(Self.rude.lowercased())!", "We all want better buses.", "We want fewer cars."]
        try await makeStatements(texts, people, database)
        _ = try await Departure(database: database).erase(people[0].uuidString, study: "words")
        #expect(try await database.query("SELECT text FROM candidates ORDER BY number", as: String.self) == ["", "", ""])
        #expect(try await drafts(study, database).researcher == ["", "", ""])
        #expect(try await database.query("SELECT text FROM statements WHERE author_id IS NULL", as: String.self) == [texts[1]])
    }

    @Test("Where every draft quotes what is hidden the condition makes no statement, and the round goes on with the others")
    func onlyQuotations() async throws {
        let (database, study, people) = try await startDrafting("before_display: flagged")
        try await makeStatements(["\(Self.rude).", "We agree. \(Self.rude)."], people, database)
        let end = try await database.first(
            "SELECT state, error, attempts FROM generations WHERE source = 'model'", as: (String, String?, Int16).self)
        #expect(end?.0 == "failed" && end?.1 == GenerationError.onlyQuotations.description && end?.2 == 1)
        #expect(try await database.first("SELECT count(*) FROM candidates WHERE NOT chosen", as: Int.self) == 2)
        #expect(try await phase(database) == "ratings")
        #expect(try await read(people[2], database) == ["The opinion of seat 1"])
        #expect(try await drafts(study, database).why?.hasSuffix("None was left that may be shown.") == true)
    }

    @Test("A statement that quotes what is hidden later is hidden with it, and read again when that is approved")
    func hiddenQuotation() async throws {
        let (database, study, people) = try await startDrafting("before_display: never")
        let quoting = "We agree: \(Self.rude)."
        try await makeStatements([quoting], people, database)
        func texts() async throws -> Set<String> {
            Set(try await StudyFixture.dump(database)["statements"]?.compactMap { $0["text"] } ?? [])
        }
        #expect(try await texts() == [quoting, "The opinion of seat 1"])
        #expect(try await read(people[1], database) == [quoting], "the other one is their own")
        try await decide(people[0], .hide, "an insult", study, database)
        #expect(try await texts() == ["", "The opinion of seat 1"])
        for person in [people[0], people[2]] { #expect(try await read(person, database) == ["The opinion of seat 1"]) }
        #expect(try await phase(database) == "finished")
        let changed = try await database.first(
            "SELECT s.changed_in = o.changed_in FROM statements s, opinions o WHERE s.text = \(quoting) AND o.text = \(Self.rude)",
            as: Bool.self)
        #expect(changed == true, "dumps of what has changed tell of it")
        try await decide(people[0], .approve, "a quotation", study, database)
        #expect(try await texts() == [quoting, "The opinion of seat 1"])
    }

    /// Rates what is before the person, unless it is the words of `author`, which are left; true when something was rated.
    private func rateOneOf(others author: UUID, _ person: UUID, _ database: Database) async throws -> Bool {
        guard let shown = try await ParticipationReader(database: database).state(of: person).statement, shown.text != Self.rude else {
            return false
        }
        try await Answers(database: database).rate(
            person, presentationID: shown.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        return true
    }

    @Test("Of many who decide at once about what they saw, one decides, and the others are told")
    func atOnce() async throws {
        let (database, study, people) = try await start("before_display: always, minutes: 5")
        try await write(people, database)
        let text = try #require(try await text(of: people[0], study, database))
        let outcomes = await withTaskGroup(of: Bool.self) { tasks in
            for number in 0..<8 {
                tasks.addTask {
                    do {
                        _ = try await Reviews(database: database).decide(
                            text.id, number.isMultiple(of: 2) ? .approve : .hide, because: "x", after: nil, in: study,
                            by: .commandLine)
                        return true
                    } catch {
                        return error as? ReviewError != .decidedMeanwhile(by: nil)
                    }
                }
            }
            return await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
        #expect(try await database.first("SELECT count(*) FROM opinion_decisions", as: Int.self) == 1)
        await #expect(throws: ReviewError.self) {
            try await Reviews(database: database).decide(UUID(), .approve, because: nil, after: nil, in: study, by: .commandLine)
        }
    }

    @Test("Whoever leaves while their words are reviewed is not waited for; deleted words take their decisions along")
    func leaving() async throws {
        let (database, study, people) = try await start("before_display: flagged, minutes: 5", more: "opinion_ratings: true")
        try await write(people, database)
        #expect(try await phase(database) == "review")
        try await Departure(database: database).leave(people[0], answers: .delete)
        #expect(try await phase(database) == "opinion-ratings")
        #expect(try await Reviews(database: database).list(.all, of: study, readsAll: true).counts.all == 2)
        #expect(try await database.first("SELECT count(*) FROM opinion_findings", as: Int.self) == 0)

        let (other, _, members) = try await start("before_display: always, minutes: 5")
        try await write(members, other)
        for member in members { try await Departure(database: other).leave(member, answers: .keep) }
        #expect(try await phase(other) == "abandoned")
    }
}
