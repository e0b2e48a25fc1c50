import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct GenerationQueueTests {
    private func groupInDrafting() async throws -> (Database, [UUID]) {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        return (database, people)
    }

    @Test("Of many workers that ask at once, one gets the job")
    func oneClaim() async throws {
        let (database, _) = try await groupInDrafting()
        let queue = GenerationQueue(database: database)
        let claims = try await withThrowingTaskGroup(of: GenerationJob?.self) { tasks in
            for _ in 0..<8 { tasks.addTask { try await queue.claim(worker: UUID()) } }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        #expect(claims.compactMap { $0 }.count == 1)
    }

    @Test("A dead worker's job passes on when its lease runs out, and its late result is dropped")
    func takeOver() async throws {
        let (database, people) = try await groupInDrafting()
        let queue = GenerationQueue(database: database)
        let dead = try #require(try await queue.claim(worker: UUID()))
        #expect(try await queue.claim(worker: UUID()) == nil)
        try await database.execute("UPDATE generations SET lease_expires_at = now() - interval '1 second'")
        let successor = try #require(try await queue.claim(worker: UUID()))
        #expect(successor.id == dead.id)
        #expect(successor.opinions.map(\.text) == dead.opinions.map(\.text))

        #expect(try await queue.renew(dead, share: 0.5) == false)
        #expect(try await queue.finish(dead, with: .opinions([dead.opinions[0]])) == false)
        #expect(try await database.first("SELECT count(*) FROM statements", as: Int.self) == 0)
        #expect(try await queue.renew(successor, share: 0.5))
        #expect(try await queue.finish(successor, with: .opinions([successor.opinions[1]])))
        #expect(try await queue.finish(successor, with: .opinions([successor.opinions[2]])) == false)
        let author = successor.opinions[1].participantID
        #expect(try await database.query("SELECT author_id FROM statements", as: UUID.self) == [author])
        for person in people {
            let step = try await ParticipationReader(database: database).state(of: person).step
            #expect(step == (person == author ? .waiting : .rating))
        }
    }

    @Test("Members are told when there is something to rate, and not of each draft: they cannot count the conditions")
    func drafts() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(conditions: "- {name: one, source: human-opinion}\n  - {name: two, source: human-opinion}"))
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        let queue = GenerationQueue(database: database)
        var events = database.listen(Changes.channel, Changes.studies).makeAsyncIterator()
        #expect(try await events.next() == .listening)
        /// The channels of what is heard when the next draft is finished.
        func heard() async throws -> [String] {
            let job = try #require(try await queue.claim(worker: UUID()))
            try await database.notify(Changes.channel, "finishing")
            try await queue.finish(job, with: .opinions([job.opinions[0]]))
            try await database.notify(Changes.channel, "finished")
            var channels: [String] = [], isFinishing = false
            while case .notification(let channel, let payload)? = try await events.next(), payload != "finished" {
                if isFinishing { channels.append(channel) }
                if payload == "finishing" { isFinishing = true }
            }
            return channels
        }
        #expect(try await heard() == [Changes.studies])
        #expect(Set(try await heard()) == [Changes.studies, Changes.channel])
    }

    @Test("A generation that fails is tried once more; then the round goes on without it")
    func failure() async throws {
        let (database, people) = try await groupInDrafting()
        let queue = GenerationQueue(database: database)
        let first = try #require(try await queue.claim(worker: UUID()))
        try await queue.fail(first, because: "out of luck")
        let second = try #require(try await queue.claim(worker: UUID()))
        #expect(second.id == first.id)
        try await queue.fail(second, because: "out of luck again")
        #expect(try await queue.claim(worker: UUID()) == nil)
        let state = try await database.first("SELECT state, error FROM generations", as: (String, String?).self)
        #expect(state?.0 == "failed" && state?.1 == "out of luck again")
        // It was the only condition of the only round: the group is released to the debriefing, not stuck.
        #expect(try await ParticipationReader(database: database).state(of: people[0]).step == .debriefing)
    }

    @Test("A job given back by a worker that stops counts as not tried")
    func release() async throws {
        let (database, _) = try await groupInDrafting()
        let queue = GenerationQueue(database: database)
        for _ in 0..<3 {
            let job = try #require(try await queue.claim(worker: UUID()))
            try await queue.release(job)
        }
        #expect(try await database.first("SELECT attempts FROM generations", as: Int16.self) == 0)
        #expect(try await queue.claim(worker: UUID()) != nil)
    }

    @Test("Leaving members out is spread over the group: after three rounds each has been left out once")
    func exclusionIsBalanced() async throws {
        let database = try await TestDatabase.fresh()
        _ = try await QuestionSets(database: database).store(
            QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let yaml = TestStudy.yaml(
            rounds: 3,
            conditions: """
                - {name: full, source: model, prompt: zero-shot}
                  - {name: gap, source: model, prompt: zero-shot, exclude: 1}
                """)
        try await StudyCatalog(database: database).create(StudyFile(yaml: yaml))
        try await StudyCatalog(database: database).move("words", to: .open)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let queue = GenerationQueue(database: database)
        for round in 1...3 {
            for person in people {
                try await StudyFixture.answer(person, round: round, text: "Words of \(person)", in: database)
            }
            var included: [String: [UUID]] = [:]
            while let job = try await queue.claim(worker: UUID()) {
                included[job.condition.name] = job.opinions.map(\.participantID)
                try await queue.finish(job, with: .opinions([job.opinions[0]]))
            }
            let full = try #require(included["full"]), gap = try #require(included["gap"])
            #expect(Set(full) == Set(people))
            #expect(gap.count == 2)
            // The twins have the same order, but for the gap.
            #expect(full.filter { gap.contains($0) } == gap)
            for person in people {
                let reader = ParticipationReader(database: database)
                while let statement = try await reader.state(of: person).statement {
                    try await Answers(database: database).rate(
                        person, presentationID: statement.id, agreement: LikertValue(4, for: "a"),
                        quality: LikertValue(4, for: "q"))
                }
            }
        }
        let excluded = try await database.query(
            "SELECT excluded_participant_ids FROM generations WHERE condition = 'gap'", as: [UUID].self)
        #expect(Set(excluded.flatMap { $0 }) == Set(people))
        #expect(excluded.allSatisfy { $0.count == 1 })
    }

    @Test("Leaving members out is spread over the seats: in three groups each seat is left out once")
    func exclusionIsBalancedOverSeats() async throws {
        let database = try await TestDatabase.fresh()
        _ = try await QuestionSets(database: database).store(
            QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let yaml = TestStudy.yaml(
            conditions: """
                - {name: full, source: model, prompt: zero-shot}
                  - {name: gap, source: model, prompt: zero-shot, exclude: 1}
                """)
        try await StudyCatalog(database: database).create(StudyFile(yaml: yaml))
        try await StudyCatalog(database: database).move("words", to: .open)
        for _ in 0..<3 {
            var people: [UUID] = []
            for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
            for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        }
        let seats = try await database.query(
            """
            SELECT m.seat FROM generations g JOIN members m ON m.participant_id = ANY(g.excluded_participant_ids)
            ORDER BY m.seat
            """, as: Int16.self)
        #expect(seats == [1, 2, 3])
    }

    @Test("A job that takes longer than half of the study's limit passes to another worker, once")
    func hung() async throws {
        let (database, _) = try await groupInDrafting()
        let queue = GenerationQueue(database: database), slow = UUID()
        func age() async throws {
            // The limit is 10 minutes.
            try await database.execute("UPDATE generations SET started_at = clock_timestamp() - interval '301 seconds'")
        }
        let first = try #require(try await queue.claim(worker: slow))
        #expect(try await queue.renew(first, share: 0.2))
        try await age()
        #expect(try await queue.renew(first, share: 0.3) == false)
        #expect(try await queue.claim(worker: slow) == nil, "it is left to others for a while")
        let second = try #require(try await queue.claim(worker: UUID()))
        #expect(second.id == first.id)
        #expect(try await queue.finish(first, with: .opinions([first.opinions[0]])) == false)
        // The other half is the second's.
        try await age()
        #expect(try await queue.renew(second, share: 0.5))
        #expect(try await queue.finish(second, with: .opinions([second.opinions[0]])))
    }

    @Test("A job with which every worker is lost is given up, and the round goes on")
    func killsWorkers() async throws {
        let (database, people) = try await groupInDrafting()
        let queue = GenerationQueue(database: database)
        for _ in 0..<3 {
            #expect(try await queue.claim(worker: UUID()) != nil)
            try await database.execute("UPDATE generations SET lease_expires_at = now() - interval '1 second'")
        }
        #expect(try await queue.claim(worker: UUID()) == nil)
        let end = try await database.first("SELECT state, error FROM generations", as: (String, String).self)
        #expect(end?.0 == "failed" && end?.1 == "3 workers were lost with it")
        #expect(try await ParticipationReader(database: database).state(of: people[0]).step == .debriefing)
    }
}
