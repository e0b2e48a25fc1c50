// Training preference models on ratings, and saying how good they are.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// Trains and evaluates preference models with one process's models.
public struct PreferenceModels: Sendable {
    /// What is being done, and how far it is.
    public enum Progress: Sendable {
        case encoding(done: Int, of: Int)
        case scoring(done: Int, of: Int)
        /// The share that is done, 0 to 1.
        case fitting(Double)
    }

    /// Per split, how the model does beside its baselines.
    public struct Report: Codable, Sendable {
        public let model: ModelName
        public let splits: [String: PreferenceEvaluation]
        /// Whether it beats them on `validation`, or where that was not evaluated, on every split that was.
        public let beatsBaselines: Bool
    }

    private let database: Database
    private let shelf: ModelShelf
    private let progress: @Sendable (Progress) -> Void

    public init(database: Database, shelf: ModelShelf, progress: @escaping @Sendable (Progress) -> Void = { _ in }) {
        self.database = database
        self.shelf = shelf
        self.progress = progress
    }

    /// Trains a head on the ratings of questions of the split `train`, over encodings of the process's language model, and
    /// registers it as the next version of `name`.
    /// - Parameter actor: who asked for it; nil for a job, which is in the log since it was asked for.
    /// - Throws: ``ModelRegistryError`` when there is too little to learn from; `ModelError`.
    public func train(
        _ name: String, on ratings: RatingCollection, with settings: PreferenceTraining = PreferenceTraining(),
        by actor: AuditLog.Actor? = nil
    ) async throws -> RegisteredModel {
        let training = ratings.of(.train)
        guard training.count > 0 else { throw ModelRegistryError.noRatings(ratings.studies + ratings.imports) }
        let encoder = try await ModelRegistry(database: database).model(of: shelf.standard)
        let data = try await training.data(encodedBy: cachedEncoder(shelf.standard))
        let progress = progress
        let fitted = await OffPool.run { () -> (PreferenceTraining.Result, PreferenceTraining.Result)? in
            // The baseline is the smaller half of the work.
            guard let whole = settings.train(on: data, progress: { progress(.fitting(0.7 * $0)) }),
                let blind = settings.train(on: data, seesOpinion: false, progress: { progress(.fitting(0.7 + 0.3 * $0)) })
            else { return nil }
            return (whole, blind)
        }
        guard let (whole, blind) = fitted else { throw ModelRegistryError.tooFewRatings }
        // What was stopped meanwhile is not wanted any more.
        try Task.checkCancellation()
        var record = Self.record(of: training)
        record.settings = settings
        record.regularization = whole.regularization
        record.losses = whole.losses
        return try await ModelRegistry(database: database).register(
            .head(whole.head, blind: blind.head), as: name, parent: encoder, training: record, by: actor)
    }

    /// Fits what the scores of the reward model `base`, made elsewhere, stand for on the scale of agreement, and registers
    /// that as the next version of `name`.
    /// - Parameter actor: as in ``train(_:on:with:by:)``.
    /// - Throws: ``ModelRegistryError``, `ModelError`.
    public func fitScale(
        _ name: String, of base: ModelName, on ratings: RatingCollection, by actor: AuditLog.Actor? = nil
    ) async throws -> RegisteredModel {
        let training = ratings.of(.train)
        guard training.count > 0 else { throw ModelRegistryError.noRatings(ratings.studies + ratings.imports) }
        let parent = try await ModelRegistry(database: database).model(base)
        guard parent.kind == .reward else { throw ModelRegistryError.notReward(base) }
        let model = try await shelf.languageModel(parent)
        let scores = try await score(training.pairs().map(\.whole), with: model)
        guard let scale = AgreementScale(scores: scores, of: training.data()) else { throw ModelRegistryError.tooFewRatings }
        return try await ModelRegistry(database: database).register(
            .scale(scale), as: name, parent: parent, training: Self.record(of: training), by: actor)
    }

    /// Evaluates a preference model on the ratings of held-out questions, of groups that it was not trained on, and keeps
    /// what came out.
    /// - Parameter actor: as in ``train(_:on:with:by:)``.
    /// - Throws: ``ModelRegistryError``, `ModelError`.
    public func evaluate(
        _ name: ModelName, on ratings: RatingCollection, by actor: AuditLog.Actor? = nil
    ) async throws -> Report {
        let model = try await ModelRegistry(database: database).model(name)
        guard model.kind == .reward else { throw ModelRegistryError.notReward(name) }
        let held = ratings.without(groups: try await trainingGroups(of: model))
        var splits: [String: PreferenceEvaluation] = [:]
        for split in [Split.validation, .iidTest, .oodTest] {
            let part = held.of(split)
            guard part.count > 0 else { continue }
            splits[split.rawValue] = try await evaluation(of: model, on: part)
        }
        guard !splits.isEmpty else { throw ModelRegistryError.noTestRatings }
        let beats = splits[Split.validation.rawValue]?.beatsBaselines ?? splits.values.allSatisfy(\.beatsBaselines)
        let record = JSONB(Self.record(of: held)), found = JSONB(splits)
        try await database.transaction { connection in
            try await connection.execute(
                """
                INSERT INTO model_evaluations (model_id, ratings, splits, beats_baselines)
                VALUES (\(model.id), \(record), \(found), \(beats))
                """)
            if let actor {
                try await AuditLog.record(ModelEvaluationJob.kind, by: actor, subject: "\(name)", in: connection)
            }
        }
        return Report(model: name, splits: splits, beatsBaselines: beats)
    }

    private func evaluation(of model: RegisteredModel, on ratings: RatingCollection) async throws -> PreferenceEvaluation {
        if case .head(let head, let blind) = model.fitted, let parent = model.parent {
            let encoder = try await shelf.languageModel(try await ModelRegistry(database: database).model(parent))
            let data = try await ratings.data(encodedBy: cachedEncoder(encoder))
            return await OffPool.run {
                func predictions(_ head: PreferenceHead) -> [Double] {
                    data.ratings.map {
                        head.agreement(opinion: data.encodings[$0.opinion], statement: data.encodings[$0.statement])
                    }
                }
                return PreferenceEvaluation(of: data, model: predictions(head), blind: predictions(blind))
            }
        }
        var scale: AgreementScale?
        var file = model
        if case .scale(let fitted) = model.fitted, let parent = model.parent {
            scale = fitted
            file = try await ModelRegistry(database: database).model(parent)
        }
        let reward = try await shelf.languageModel(file)
        let pairs = ratings.pairs(), data = ratings.data()
        let scores = try await score(pairs.map(\.whole) + pairs.map(\.blind), with: reward)
        let agreements = scores.map { [scale] score in scale?.agreement(score: score) ?? min(max(score, 1), 7) }
        return await OffPool.run {
            PreferenceEvaluation(
                of: data, model: Array(agreements.prefix(pairs.count)), blind: Array(agreements.dropFirst(pairs.count)))
        }
    }

    /// The groups whose ratings `model` has learnt from.
    private func trainingGroups(of model: RegisteredModel) async throws -> Set<String> {
        let record = try await database.first(
            "SELECT training FROM models WHERE id = \(model.id) AND training IS NOT NULL",
            as: JSONB<PreferenceRecord>.self)?.value
        guard let record else { return [] }
        return try await RatingCollection.read(
            studies: record.studies, imports: record.imports, includingSynthetic: true, in: database
        ).of(.train).groups
    }

    private static func record(of ratings: RatingCollection) -> PreferenceRecord {
        PreferenceRecord(
            studies: ratings.studies, imports: ratings.imports, ratings: ratings.count, groups: ratings.groups.count,
            questions: ratings.questions)
    }

    private func cachedEncoder(_ model: LanguageModel) -> CachedEncoder {
        CachedEncoder(model, database: database) { [progress] in progress(.encoding(done: $0, of: $1)) }
    }

    private func score(_ texts: [String], with model: LanguageModel) async throws -> [Double] {
        try await model.score(texts) { [progress] in progress(.scoring(done: $0, of: texts.count)) }
    }
}
