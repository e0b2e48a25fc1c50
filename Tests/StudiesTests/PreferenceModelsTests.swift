import Consensus
import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport
import Testing

@Suite("Preference models", .serialized)
struct PreferenceModelsTests {
    @Test("learn from imported ratings, are evaluated on held-out ones, and are refused or taken by that")
    func whole() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try TestDump.write(to: folder, groups: 8)
        let database = try await StudyFixture.openStudy()
        let dump = try RatingImport(folder: folder)
        #expect(dump.count == 2 * 8 * (3 * 2 + 2), "not the malformed, nor one's own, nor of whoever wrote nothing")
        try await dump.store(as: "pilot", in: database)
        await #expect(throws: ModelRegistryError.importExists("pilot")) { try await dump.store(as: "pilot", in: database) }

        let ratings = try await RatingCollection.read(studies: [], imports: ["pilot"], in: database)
        #expect(ratings.count == dump.count && ratings.of(.train).count == 64 && ratings.of(.oodTest).count == 0)
        let shelf = ModelShelf(standard: try await TestModel.shared(), database: database)
        let models = PreferenceModels(database: database, shelf: shelf)
        let settings = PreferenceTraining(components: 2, regularizations: [0.01, 0.1], folds: 3)
        let trained = try await models.train("agreement", on: ratings, with: settings)
        #expect(trained.kind == .reward && trained.beatsBaselines == nil && trained.parent != nil)
        let again = try await models.train("agreement", on: ratings, with: settings)
        #expect(again == trained, "the same ratings give the same model, which is there already")

        let catalog = StudyCatalog(database: database)
        func study(_ more: String, named name: String) throws -> StudyFile {
            try StudyFile(yaml: TestStudy.yaml(conditions: "- {name: best, source: human-opinion, select: predicted-welfare, alpha: 0}")
                .replacing("name: words", with: "name: \(name)\n\(more)"))
        }
        try await catalog.create(try study("preference_model: agreement@1", named: "early"))
        let early = await #expect(throws: StudyError.self) { try await catalog.move("early", to: .open) }
        #expect(early?.description.contains("concord model evaluate agreement@1") == true)

        let report = try await models.evaluate(trained.name, on: ratings)
        #expect(Array(report.splits.keys) == ["validation"], "the groups of the split train are those that it learnt from")
        let evaluation = try #require(report.splits["validation"])
        #expect(evaluation.ratings == 64 && evaluation.groups == 8)
        #expect(report.beatsBaselines, "\(evaluation.lines)")
        #expect(try await ModelRegistry(database: database).model(trained.name).beatsBaselines == true)
        try await catalog.move("early", to: .open)

        // One that cannot tell the members apart is not taken unless forced.
        guard case .head(_, let blind) = trained.fitted, let encoder = trained.parent else {
            Issue.record("what was trained is no head")
            return
        }
        let poor = try await ModelRegistry(database: database).register(
            .head(blind, blind: blind), as: "poor", parent: ModelRegistry(database: database).model(encoder),
            training: PreferenceRecord(studies: [], imports: ["pilot"], ratings: 0, groups: 0, questions: 0))
        #expect(try await models.evaluate(poor.name, on: ratings).beatsBaselines == false)
        try await catalog.create(try study("preference_model: poor@1", named: "late"))
        let late = await #expect(throws: StudyError.self) { try await catalog.move("late", to: .open) }
        #expect(late?.description.contains("does not beat its baselines") == true)
        try await catalog.create(try study("preference_model: poor@1\nforce_preference_model: true", named: "forced"))
        try await catalog.move("forced", to: .open)
    }

    @Test("made elsewhere score pairs, and a scale says what their scores stand for")
    func scale() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try TestDump.write(to: folder, groups: 6)
        let database = try await TestDatabase.fresh()
        try await RatingImport(folder: folder).store(as: "pilot", in: database)
        let path = folder.appending(path: "reward.gguf").path
        let tiny = TinyRewardModel(
            words: ["question", "opinion", "statement", "for", "against", "it", "i", "am", "all", ":", "."], spread: 2)
        try tiny.write(to: path)
        let registry = ModelRegistry(database: database)
        let file = try await registry.register(path, as: "elsewhere", kind: .reward)
        let shelf = ModelShelf(standard: try await TestModel.shared(), database: database)
        let models = PreferenceModels(database: database, shelf: shelf)

        // As it is, its scores are agreements, kept within the scale.
        let text = ScoredPreference.text(question: "Q?", opinion: "I am for it.", statement: "All against it.")
        let raw = try await shelf.predictor(file.name).predictor.agreements(
            question: "Q?", opinions: ["I am for it."], statements: ["All against it."])
        #expect(abs(raw[0][0] - min(7, max(1, tiny.score(of: text)))) < 1e-3)

        let ratings = try await RatingCollection.read(studies: [], imports: ["pilot"], in: database)
        let scaled = try await models.fitScale("scaled", of: file.name, on: ratings)
        #expect(scaled.parent == file.name)
        guard case .scale(let scale) = scaled.fitted else {
            Issue.record("what was fitted is no scale")
            return
        }
        let predicted = try await shelf.predictor(scaled.name).predictor.agreements(
            question: "Q?", opinions: ["I am for it."], statements: ["All against it."])
        #expect(abs(predicted[0][0] - scale.agreement(score: tiny.score(of: text))) < 1e-2)
        for name in [file.name, scaled.name] {
            let report = try await models.evaluate(name, on: ratings)
            #expect(report.splits["validation"]?.lines.map(\.name) == ["model", "opinion-blind", "length", "statement mean"])
        }
        let base = try await registry.model(of: TestModel.shared()).name
        await #expect(throws: ModelRegistryError.notReward(base)) { try await models.fitScale("x", of: base, on: ratings) }
    }

    @Test("cannot be trained or evaluated on nothing, and say what is missing")
    func nothing() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let database = try await StudyFixture.openStudy()
        let models = PreferenceModels(
            database: database, shelf: ModelShelf(standard: try await TestModel.shared(), database: database))
        let none = try await RatingCollection.read(studies: ["words"], in: database)
        await #expect(throws: ModelRegistryError.noRatings(["words"])) { try await models.train("x", on: none) }
        await #expect(throws: ModelRegistryError.unknownImport("nothing")) {
            try await RatingCollection.read(studies: [], imports: ["nothing"], in: database)
        }
        await #expect(throws: StudyError.unknownStudy("nothing")) {
            try await RatingCollection.read(studies: ["nothing"], in: database)
        }

        // One group whose members all said the same.
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        let alike = try await RatingCollection.read(studies: ["words"], in: database)
        #expect(alike.count == 2, "not the author's")
        await #expect(throws: ModelRegistryError.tooFewRatings) { try await models.train("x", on: alike) }

        try TestDump.write(to: folder, groups: 5, splits: ["train"])
        try await RatingImport(folder: folder).store(as: "train-only", in: database)
        let train = try await RatingCollection.read(studies: [], imports: ["train-only"], in: database)
        let model = try await models.train(
            "x", on: train, with: PreferenceTraining(components: 2, regularizations: [0.1], folds: 2))
        await #expect(throws: ModelRegistryError.noTestRatings) { try await models.evaluate(model.name, on: train) }
    }

    @Test("a folder that is no dump is refused with the file and what is wrong with it")
    func badDump() async throws {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        func expect(_ words: String) {
            let error = #expect(throws: ModelRegistryError.self) { try RatingImport(folder: folder) }
            #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        }
        expect("rounds.csv: there is no such file")
        try TestDump.write(to: folder, groups: 1)
        let ratings = folder.appending(path: "ratings.csv")
        try Data("statement_id,participant_id,round_id\n".utf8).write(to: ratings)
        expect("the column agreement is missing")
        try Data("statement_id,participant_id,round_id,agreement\ntrain-0-s0,train-0-m0,train-0,8\n".utf8).write(to: ratings)
        expect("row 2: agreement must be 1 to 7")
        try Data("statement_id,participant_id,round_id,agreement\nnone,train-0-m0,train-0,4\n".utf8).write(to: ratings)
        expect("row 2: its statement or round is not in the dump")
    }

    @Test("the dump of a study is one that can be imported")
    func ownDump() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person), so it is", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        try await StudyFixture.writeDump(database, to: folder)
        let read = try RatingImport(folder: folder)
        #expect(read.count == 2)
        try await read.store(as: "own", in: database)
        #expect(try await RatingCollection.read(studies: [], imports: ["own"], in: database).count == 2)
    }
}
