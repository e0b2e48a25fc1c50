import Consensus
import Foundation
import LanguageModel
import Logging
import Postgres
import Studies
import TestSupport
import Testing

/// The worker with the real model, over every source and selection that a study may name.
@Suite("The generation worker", .serialized)
struct GenerationWorkerTests {
    private static let opinions = [
        "Free buses would get people out of their cars and help those who have least.",
        "Nothing is free. I would rather have better services than free ones.",
        "Make it free for children and pensioners, and cheap for the rest.",
    ]

    /// A candidate that was ranked.
    private struct Ranked {
        let condition: String
        let predictions: [String: Double]
        let welfare: Double?
        let rank: Int
        let chosen: Bool
        let text: String
        let included: [UUID]
        let preferenceModel: UUID
    }

    private static let conditions = """
        - {name: rawlsian, source: model, prompt: few-shot, candidates: 5, select: welfare, alpha: inf}
          - {name: rawlsian-exclusion, source: model, prompt: few-shot, candidates: 5, select: welfare, alpha: inf, exclude: 1}
          - {name: vote, source: model, prompt: few-shot, candidates: 4, select: schulze}
          - {name: own-prompt, source: model, prompt: mine, candidates: 3, select: random}
          - {name: tuned, source: model, model: tuned@1, prompt: zero-shot, candidates: 1}
          - {name: best-opinion, source: human-opinion, select: predicted-welfare, alpha: [0, 1]}
          - {name: random-opinion, source: human-opinion}
          - {name: position, source: position-statement}
        preference_model: agreement@1
        force_preference_model: true
        prompts:
          - name: mine
            text: |
              [opinion]
              * {opinion}
              [user]
              {question} People said:
              {opinions}
              What could they all accept? Answer in two sentences.
              [answer]
              We all think that
        """

    /// A head that was fitted to nothing of meaning, but is one for the real model's encodings.
    private func head(width: Int) throws -> PreferenceHead {
        var generator = SplitMix64(seed: 5)
        let encodings = (0..<40).map { _ in (0..<width).map { _ in Float(generator.unit() - 0.5) } }
        let ratings = (0..<80).map { place in
            RatingData.Rating(
                group: place / 8, question: place % 3, memberRound: place / 2, opinion: place % 20,
                statement: 20 + (place * 7) % 20, agreement: 1 + generator.int(below: 7))
        }
        let data = RatingData(encodings: encodings, lengths: encodings.map { _ in 10 }, ratings: ratings)
        return try #require(
            PreferenceTraining(components: 4, regularizations: [0.001], folds: 2).train(on: data)).head
    }

    @Test("makes the statements of every source and selection, and keeps what each was made from and chosen by")
    func everything() async throws {
        let model = try await TestModel.shared()
        let database = try await TestDatabase.fresh()
        try await database.execute("UPDATE deadline_watch SET watched_at = now()")
        _ = try await QuestionSets(database: database).store(
            QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let registry = ModelRegistry(database: database)
        let base = try await registry.model(of: model)
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let adapterPath = folder.appending(path: "tuned.gguf").path
        try TinyAdapter.write(to: adapterPath, strength: 0.01)
        let adapter = try await registry.register(adapterPath, as: "tuned", kind: .adapter, base: base.name)
        let head = try head(width: model.encodingWidth)
        let preference = try await registry.register(
            .head(head, blind: head), as: "agreement", parent: base,
            training: PreferenceRecord(studies: [], imports: [], ratings: 0, groups: 0, questions: 0))
        let catalog = StudyCatalog(database: database)
        try await catalog.create(StudyFile(yaml: TestStudy.yaml(conditions: Self.conditions)))
        try await catalog.move("words", to: .open)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for (person, opinion) in zip(people, Self.opinions) {
            try await StudyFixture.answer(person, text: opinion, in: database)
        }

        let worker = Task { await GenerationWorker(database: database, model: model, logger: Logger(label: "test")).run() }
        while try await database.first(
            "SELECT count(*) FROM generations WHERE state IN ('queued', 'running')", as: Int.self) != 0
        {
            try await Task.sleep(for: .milliseconds(100))
        }
        worker.cancel()
        await worker.value
        let states = try await database.query("SELECT condition, state, error FROM generations", as: (String, String, String?).self)
        #expect(states.count == 8 && states.allSatisfy { $0.1 == "finished" }, "\(states)")

        // One set of examples for the round, and the prompts as the study has them.
        let prompts = try await database.query(
            """
            SELECT condition, example_set, prompt_version, prompt_text FROM generations
            WHERE prompt_template IS NOT NULL ORDER BY position
            """, as: (String, String?, String, String).self)
        #expect(Set(prompts.filter { $0.0 == "rawlsian" || $0.0 == "rawlsian-exclusion" || $0.0 == "vote" }.map(\.1)).count == 1)
        #expect(prompts.first?.1 != nil)
        let own = try #require(prompts.first { $0.0 == "own-prompt" })
        #expect(own.1 == nil && own.2.count == 12 && own.3.contains("* " + Self.opinions[1]))

        // Ranked by what is predicted of the members whose opinions went in, and of nobody else.
        let rows = try await database.query(
            """
            SELECT g.condition, c.predictions, c.welfare, c.rank, c.chosen, c.text, g.included_participant_ids,
                   g.preference_model_id
            FROM candidates c JOIN generations g ON g.id = c.generation_id WHERE c.rank IS NOT NULL
            """, as: (String, JSONB<[String: Double]>, Double?, Int16, Bool, String, [UUID], UUID).self)
        let ranked = rows.map {
            Ranked(
                condition: $0.0, predictions: $0.1.value, welfare: $0.2, rank: Int($0.3), chosen: $0.4, text: $0.5,
                included: $0.6, preferenceModel: $0.7)
        }
        #expect(Set(ranked.map(\.condition)) == ["rawlsian", "rawlsian-exclusion", "vote"])
        let question = try #require(
            try await database.first("SELECT q.question FROM rounds r JOIN questions q ON q.id = r.question_id", as: String.self))
        let predictor = EncodedPreference(head: head, encoder: model)
        for candidate in ranked {
            #expect(candidate.preferenceModel == preference.id)
            #expect(candidate.chosen == (candidate.rank == 1))
            #expect(Set(candidate.predictions.keys) == Set(candidate.included.map { $0.uuidString.lowercased() }))
            if candidate.condition != "vote" {
                #expect(candidate.welfare == candidate.predictions.values.min())
                #expect(!ranked.contains {
                    $0.condition == candidate.condition && $0.rank < candidate.rank && ($0.welfare ?? 0) < (candidate.welfare ?? 0)
                })
            } else {
                #expect(candidate.welfare == nil)
            }
            guard candidate.chosen else { continue }
            for (person, opinion) in zip(people, Self.opinions) {
                guard let kept = candidate.predictions[person.uuidString.lowercased()] else { continue }
                let expected = try await predictor.agreements(
                    question: question, opinions: [opinion], statements: [candidate.text])
                #expect(kept == expected[0][0])
            }
        }
        #expect(ranked.contains { $0.condition == "rawlsian-exclusion" && $0.included.count == 2 })

        // The opinion that the others are predicted to agree with most, by the aversion drawn for the round.
        let best = try #require(
            try await database.first(
                """
                SELECT g.choice, g.alpha, s.author_id FROM generations g JOIN statements s ON s.generation_id = g.id
                WHERE g.condition = 'best-opinion'
                """, as: (JSONB<OpinionChoice>, Double, UUID).self))
        #expect([0, 1].contains(best.1))
        #expect(best.0.value.preferenceModel == preference.id)
        #expect(best.0.value.welfare[best.2.uuidString.lowercased()] == best.0.value.welfare.values.max())
        for (author, agreements) in best.0.value.agreements {
            #expect(agreements.count == 2 && agreements[author] == nil)
            let welfare = try #require(Welfare(alpha: best.1)).ofAgreements(Array(agreements.values))
            #expect(abs(welfare - (best.0.value.welfare[author] ?? 0)) < 1e-9)
        }

        let tuned = try await database.first(
            "SELECT model->>'adapterSHA256' FROM generations WHERE condition = 'tuned'", as: String.self)
        #expect(tuned == adapter.sha256)

        // Whoever withdraws takes with them what was predicted of them, and what their words were encoded as.
        let texts = try await database.first("SELECT count(*) FROM encodings", as: Int.self) ?? 0
        try await Departure(database: database).leave(people[0], answers: .delete)
        let left = try await database.first(
            """
            SELECT (SELECT count(*) FROM candidates WHERE predictions ? \(people[0])::text)
                   + (SELECT count(*) FROM generations WHERE choice->'agreements' ? \(people[0])::text)
            """, as: Int.self)
        #expect(left == 0)
        #expect(try await database.first("SELECT count(*) FROM encodings", as: Int.self) ?? 0 < texts)
    }

    @Test("shows the opinion that the others agreed with most when members rated each other's")
    func actualWelfare() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(
                conditions: "- {name: best, source: human-opinion, select: actual-welfare, alpha: inf}\nopinion_ratings: true"))
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for (person, opinion) in zip(people, Self.opinions) {
            try await StudyFixture.answer(person, text: opinion, in: database)
        }
        // The third opinion is nobody's first choice, and nobody's last.
        let agreements = [[0, 1, 4], [7, 0, 4], [2, 7, 0]]
        for (rater, person) in people.enumerated() {
            while let shown = try await ParticipationReader(database: database).state(of: person).statement {
                let author = try #require(Self.opinions.firstIndex(of: shown.text))
                try await Answers(database: database).rate(
                    person, presentationID: shown.id, agreement: LikertValue(agreements[rater][author], for: "a"),
                    quality: LikertValue(4, for: "q"))
            }
        }
        let model = try await TestModel.shared()
        let worker = Task { await GenerationWorker(database: database, model: model, logger: Logger(label: "test")).run() }
        while try await database.first("SELECT count(*) FROM presentations", as: Int.self) == 0 {
            try await Task.sleep(for: .milliseconds(100))
        }
        worker.cancel()
        await worker.value
        let made = try #require(
            try await database.first(
                "SELECT s.author_id, g.choice FROM statements s JOIN generations g ON g.id = s.generation_id",
                as: (UUID, JSONB<OpinionChoice>).self))
        #expect(made.0 == people[2])
        #expect(made.1.value.preferenceModel == nil)
        let ids = people.map { $0.uuidString.lowercased() }
        #expect(made.1.value.welfare == [ids[0]: 2, ids[1]: 1, ids[2]: 4])
        #expect(made.1.value.agreements[ids[0]] == [ids[1]: 7, ids[2]: 2])
    }

    @Test("says why a statement cannot be made, and the round goes on with the others")
    func failures() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(
                conditions: """
                    - {name: lost, source: model, model: lost@1, prompt: zero-shot, candidates: 1}
                      - {name: human-opinion, source: human-opinion}
                    """), opening: false)
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let path = folder.appending(path: "lost.gguf").path
        try FileManager.default.copyItem(atPath: TestModel.path, toPath: path)
        _ = try await ModelRegistry(database: database).register(path, as: "lost", kind: .base, chatTemplate: "chatml")
        try await StudyCatalog(database: database).move("words", to: .open)
        try FileManager.default.removeItem(atPath: path)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for (person, opinion) in zip(people, Self.opinions) {
            try await StudyFixture.answer(person, text: opinion, in: database)
        }
        let model = try await TestModel.shared()
        let worker = Task { await GenerationWorker(database: database, model: model, logger: Logger(label: "test")).run() }
        while try await database.first("SELECT count(*) FROM presentations", as: Int.self) == 0 {
            try await Task.sleep(for: .milliseconds(100))
        }
        worker.cancel()
        await worker.value
        let lost = try await database.first(
            "SELECT state, error, attempts FROM generations WHERE condition = 'lost'", as: (String, String?, Int16).self)
        #expect(lost?.0 == "failed" && lost?.1?.contains(path) == true && lost?.2 == 2)
    }
}
