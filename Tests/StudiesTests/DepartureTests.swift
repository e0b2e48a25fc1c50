import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct DepartureTests {
    private func state(_ person: UUID, _ database: Database) async throws -> Participation {
        try await ParticipationReader(database: database).state(of: person)
    }

    @Test("Somebody who stops in the lobby is gone from it, and gets no group")
    func fromLobby() async throws {
        let database = try await StudyFixture.openStudy()
        let first = try await StudyFixture.arrive(database)
        try await Departure(database: database).leave(first, answers: .keep)
        try await Departure(database: database).leave(first, answers: .keep)
        for _ in 0..<2 { _ = try await StudyFixture.arrive(database) }
        #expect(try await database.first("SELECT count(*) FROM groups", as: Int.self) == 0)
        let state = try await state(first, database)
        #expect(state.step == .ended && state.ending?.reason == .stoppedKeep && state.completion == nil)
    }

    @Test("A group of more than the minimum goes on without somebody who stops; their answers are kept if they say so")
    func groupGoesOn() async throws {
        let database = try await TestDatabase.fresh()
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        try await StudyCatalog(database: database).create(
            StudyFile(yaml: TestStudy.yaml().replacing("size: 3", with: "size: 4")))
        try await StudyCatalog(database: database).move("words", to: .open)
        var people: [UUID] = []
        for _ in 0..<4 { people.append(try await StudyFixture.arrive(database)) }
        for person in people[..<3] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await Departure(database: database).leave(people[3], answers: .keep)
        #expect(try await state(people[0], database).waiting?.for == .statements)
        try await StudyFixture.makeStatements(database)
        // The order of the opinions is drawn, so that any of the three may have written the statement.
        let author = try await database.first("SELECT author_id FROM statements", as: UUID.self)
        let rater = try #require(people[..<3].first { $0 != author })
        let statement = try #require(try await state(rater, database).statement)
        try await Answers(database: database).noteShown(rater, presentationID: statement.id)
        try await Departure(database: database).leave(rater, answers: .keep)
        // Whoever has seen a statement is told what the study was about.
        #expect(try await state(rater, database).step == .debriefing)
        try await Enrolment(database: database).acceptDebriefing(rater)
        #expect(try await state(rater, database).ending?.reason == .stoppedKeep)
        #expect(try await database.first("SELECT count(*) FROM opinions", as: Int.self) == 3)
        #expect(
            Set(try await database.query("SELECT left_phase FROM members WHERE left_at IS NOT NULL", as: String.self))
                == ["opinions", "ratings"])
    }

    @Test("Deleting takes a person's words out of every table, also where a statement or a prompt quotes them")
    func deletes() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for (index, person) in people.enumerated() {
            try await StudyFixture.answer(person, text: "The secret thoughts of seat \(index) alone", in: database)
        }
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        let author = job.opinions[0].participantID
        try await queue.finish(job, with: .opinions([job.opinions[0]]))
        try await database.execute("UPDATE generations SET prompt_text = 'A prompt with everybody''s words'")
        for person in people where person != author {
            let statement = try #require(try await state(person, database).statement)
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
            break
        }
        try await Departure(database: database).leave(author, answers: .delete)
        #expect(
            try await database.first("SELECT count(*) FROM opinions WHERE participant_id = \(author)", as: Int.self) == 0)
        #expect(
            try await database.first("SELECT count(*) FROM stances WHERE participant_id = \(author)", as: Int.self) == 0)
        #expect(try await database.query("SELECT text FROM statements", as: String.self) == [""])
        #expect(
            try await database.first("SELECT count(*) FROM generations WHERE prompt_text IS NOT NULL", as: Int.self) == 0)
        // A rating that somebody else gave stays; nobody is asked to rate what is gone.
        #expect(try await database.first("SELECT count(*) FROM ratings", as: Int.self) == 1)
        #expect(
            try await database.first("SELECT opinions FROM erasures WHERE participant_id = \(author)", as: Int32.self) == 1)
        for person in people where person != author {
            #expect(try await state(person, database).step == .debriefing)
        }
        #expect(try await state(author, database).ending?.reason == .stoppedDelete)
    }

    @Test("A statement that is being made when a member withdraws is made again without their words")
    func deletesWhileDrafting() async throws {
        let database = try await TestDatabase.fresh()
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        try await StudyCatalog(database: database).create(
            StudyFile(yaml: TestStudy.yaml().replacing("size: 3", with: "size: 4")))
        try await StudyCatalog(database: database).move("words", to: .open)
        var people: [UUID] = []
        for _ in 0..<4 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        try await Departure(database: database).leave(people[0], answers: .delete)
        #expect(try await !queue.finish(job, with: .opinions([job.opinions[0]])))
        let again = try #require(try await queue.claim(worker: UUID()))
        #expect(again.opinions.count == 3)
        #expect(!again.opinions.contains { $0.participantID == people[0] })
    }

    @Test("Answers that were kept can still be deleted, at the end too")
    func deletesLater() async throws {
        let database = try await StudyFixture.openStudy()
        let person = try await StudyFixture.arrive(database)
        try await Departure(database: database).leave(person, answers: .keep)
        try await Departure(database: database).leave(person, answers: .delete)
        #expect(try await state(person, database).ending?.reason == .stoppedDelete)
    }

    @Test("Whoever has finished may have their answers deleted, and is paid all the same")
    func deletesWhenDone() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people {
            guard let statement = try await state(person, database).statement else { continue }
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        }
        let person = people[0]
        #expect(try await state(person, database).isErased == nil)
        try await Departure(database: database).leave(person, answers: .delete)
        #expect(try await state(person, database).step == .debriefing)
        try await Enrolment(database: database).acceptDebriefing(person)
        let done = try await state(person, database)
        #expect(done.step == .done && done.completion?.code == "DONE" && done.isErased == true)
        #expect(try await database.first("SELECT count(*) FROM opinions", as: Int.self) == 2)
    }

    @Test("Everybody who stops at the same moment as their group moves on comes to an end", arguments: 0..<5)
    func race(_: Int) async throws {
        let database = try await StudyFixture.openStudy(rounds: 2)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let all = people
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for person in all {
                tasks.addTask {
                    do { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) } catch is StudyError {}
                    try await Departure(database: database).leave(person, answers: .keep)
                }
            }
            try await tasks.waitForAll()
        }
        for person in people { #expect(try await state(person, database).step == .ended) }
        #expect(try await database.query("SELECT state FROM groups", as: String.self) == ["released"])
    }

    @Test("Every end has its sentence in every language, and the code that the study gives for it")
    func sentences() throws {
        var settings = try StudyFile(yaml: TestStudy.yaml()).settings
        #expect(Set(TerminalReason.allCases.map(\.name)).count == TerminalReason.allCases.count)
        let folder = TestStudy.root.appending(path: "Public/languages")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count >= 3)
        for file in files {
            let words = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] ?? [:]
            for reason in TerminalReason.allCases {
                #expect(words[reason.sentence] != nil, "\(file.lastPathComponent) has no \(reason.sentence)")
            }
        }
        #expect(TerminalReason.allCases.filter { $0.code(of: settings.completion) != nil }.count == 4)
        settings.completion.overQuotaCode = "FULL"
        settings.completion.timedOutCode = "LATE"
        settings.completion.screenOutCode = "OUT"
        settings.completion.partialCode = "PART"
        #expect(TerminalReason.full.code(of: settings.completion) == "FULL")
        #expect(TerminalReason.ended(.timedOut).code(of: settings.completion) == "LATE")
        #expect(TerminalReason.tookPart.code(of: settings.completion) == "OUT")
        let without = TerminalReason.allCases.filter { $0.code(of: settings.completion) == nil }
        #expect(Set(without) == [.draft, .ended(.returned), .ended(.removed)])
    }

    private func fourInDrafting(_ conditions: String) async throws -> (Database, [UUID]) {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(conditions: conditions).replacing("size: 3", with: "size: 4"))
        var people: [UUID] = []
        for _ in 0..<4 { people.append(try await StudyFixture.arrive(database)) }
        for (index, person) in people.enumerated() {
            try await StudyFixture.answer(person, text: "The long and secret thoughts of seat \(index) alone", in: database)
        }
        return (database, people)
    }

    @Test("A statement that is emptied while others are being made is put before nobody; if it was the only one, the round is over")
    func emptiedWhileDrafting() async throws {
        let (database, _) = try await fourInDrafting(
            "- {name: own, source: human-opinion}\n  - {name: position, source: position-statement}")
        let queue = GenerationQueue(database: database)
        let own = try #require(try await queue.claim(worker: UUID()))
        let author = own.opinions[0].participantID
        try await queue.finish(own, with: .opinions([own.opinions[0]]))
        let position = try #require(try await queue.claim(worker: UUID()))
        try await Departure(database: database).leave(author, answers: .delete)
        try await queue.finish(position, with: .positionStatements([position.positionStatements[0]]))
        let shown = try await database.query(
            "SELECT s.text FROM presentations p JOIN statements s ON s.id = p.statement_id", as: String.self)
        #expect(shown == Array(repeating: position.positionStatements[0], count: 3))

        let (alone, _) = try await fourInDrafting(
            "- {name: own, source: human-opinion}\n  - {name: other, source: human-opinion}")
        let second = GenerationQueue(database: alone)
        let first = try #require(try await second.claim(worker: UUID()))
        try await second.finish(first, with: .opinions([first.opinions[0]]))
        try await Departure(database: alone).leave(first.opinions[0].participantID, answers: .delete)
        for _ in 0..<2 {
            let job = try #require(try await second.claim(worker: UUID()))
            try await second.fail(job, because: "out of luck")
        }
        #expect(try await alone.first("SELECT phase FROM rounds", as: String.self) == "finished")
    }

    @Test("Whoever left with their answers kept, and deletes them later, while the group is under way, holds nobody up")
    func deletesLateInALiveRound() async throws {
        let (database, people) = try await fourInDrafting("- {name: own, source: human-opinion}")
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        let author = job.opinions[0].participantID
        try await queue.finish(job, with: .opinions([job.opinions[0]]))
        try await Departure(database: database).leave(author, answers: .keep)
        for person in people where person != author { #expect(try await state(person, database).step == .rating) }
        // The statement goes, and with it what everybody was asked for: the round is over.
        try await Departure(database: database).leave(author, answers: .delete)
        #expect(try await database.first("SELECT phase FROM rounds", as: String.self) == "finished")
        for person in people where person != author { #expect(try await state(person, database).step == .debriefing) }
    }

    @Test("When the member who was left out withdraws, the full twin is not made again: it would be the same")
    func twinOfTheWithdrawn() async throws {
        let (database, _) = try await fourInDrafting(
            "- {name: full, source: model, prompt: zero-shot}\n  - {name: gap, source: model, prompt: zero-shot, exclude: 1}")
        let excluded = try #require(
            try await database.first(
                "SELECT excluded_participant_ids[1] FROM generations WHERE condition = 'gap'", as: UUID.self))
        try await Departure(database: database).leave(excluded, answers: .delete)
        let states = try await database.query("SELECT condition || ' ' || state FROM generations ORDER BY 1", as: String.self)
        #expect(states == ["full skipped", "gap queued"])
    }

    @Test("Whoever waits in the lobby is told at once when somebody leaves it, or is taken out")
    func lobbyIsTold() async throws {
        let database = try await StudyFixture.openStudy()
        let waiting = try await StudyFixture.arrive(database), other = try await StudyFixture.arrive(database)
        let told = Task {
            for try await event in database.listen(Changes.channel) {
                switch event {
                case .listening: try await Departure(database: database).leave(other, answers: .keep)
                case .notification(_, let payload):
                    if payload.contains(waiting.uuidString.lowercased()) { return true }
                }
            }
            return false
        }
        #expect(try await told.value)
        #expect(try await state(waiting, database).waiting?.done == 1)
    }
}
