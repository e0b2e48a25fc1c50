// What the admin pages show of models, and what they ask for.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// Reads the registry for people, and asks for trainings and evaluations.
public struct ModelWork: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Every model. Of studies that the user does not have, only the number is told.
    public func overview(for user: User) async throws -> ModelOverview {
        let registered = try await ModelRegistry(database: database).list()
        let theirs = Set(try await StudyAccess(database: database).names(for: user))
        let records = try await database.query(
            "SELECT id, training FROM models WHERE training IS NOT NULL", as: (UUID, JSONB<PreferenceRecord>).self)
        let training = Dictionary(uniqueKeysWithValues: records.map { ($0.0, $0.1.value) })
        let evaluations = Dictionary(
            grouping: try await database.query(
                """
                SELECT model_id, id, created_at, ratings, splits, beats_baselines FROM model_evaluations
                ORDER BY created_at DESC, id
                """,
                as: (UUID, UUID, Date, JSONB<PreferenceRecord>, JSONB<[String: PreferenceEvaluation]>, Bool).self),
            by: \.0)
        let uses = try await database.query(
            """
            SELECT s.name, m.name
            FROM studies s
                 JOIN LATERAL (SELECT settings FROM study_versions v WHERE v.study_id = s.id
                               ORDER BY v.version DESC LIMIT 1) v ON true
                 CROSS JOIN LATERAL (SELECT v.settings->>'preference_model' AS name
                                     UNION SELECT c->>'model' FROM jsonb_array_elements(v.settings->'conditions') AS c) m
            WHERE \(sql: StudyAccess.has(user)) AND m.name IS NOT NULL ORDER BY s.name
            """, as: (String, String).self)
        let files = registered.compactMap(\.file)
        let types = await OffPool.run {
            Dictionary(files.map { ($0, ModelFile.weightType($0)) }) { first, _ in first }
        }
        let models = registered.map { model in
            let own = evaluations[model.id] ?? []
            let isReward = model.kind == .reward
            return ModelOverview.Model(
                name: model.name, kind: model.kind, file: user.role == .admin ? model.file : nil, isFitted: model.fitted != nil,
                sha256: model.sha256, weightType: model.file.flatMap { types[$0] ?? nil }, parent: model.parent,
                chatTemplate: model.chatTemplate, createdAt: model.createdAt,
                training: training[model.id].map { record in
                    .init(
                        studies: record.studies.filter(theirs.contains),
                        otherStudies: record.studies.count { !theirs.contains($0) }, imports: record.imports,
                        ratings: record.ratings, groups: record.groups, questions: record.questions,
                        regularization: record.regularization, components: record.settings?.components)
                },
                evaluations: own.map { row in
                    .init(
                        id: row.1, createdAt: row.2, studies: row.3.value.studies.filter(theirs.contains),
                        otherStudies: row.3.value.studies.count { !theirs.contains($0) }, imports: row.3.value.imports,
                        beatsBaselines: row.5, splits: row.4.value)
                },
                mayChoose: isReward ? model.beatsBaselines == true : nil,
                verdict: isReward ? ModelVerdict.sentences(own.first?.4.value, beats: own.first?.5) : [],
                studies: uses.filter { $0.1 == "\(model.name)" }.map(\.0))
        }
        let jobs = try await Jobs(database: database).list(kinds: [ModelTrainingJob.kind, ModelEvaluationJob.kind])
        return ModelOverview(
            models: models,
            imports: try await database.query("SELECT name FROM rating_imports ORDER BY name", as: String.self),
            jobs: jobs.filter { $0.user == user.name })
    }

    /// Asks for a training.
    /// - Returns: the job's id.
    /// - Throws: ``StudyError/badName(_:)``, ``ModelRegistryError``, ``StudyError/unknownStudy(_:)``.
    public func ask(for training: ModelTrainingJob.Parameters, by actor: AuditLog.Actor) async throws -> UUID {
        guard Name.isValid(training.name) else { throw StudyError.badName(training.name) }
        guard (1...512).contains(training.components), (2...20).contains(training.folds), training.seed < 1 << 53 else {
            throw ModelRegistryError.badTraining
        }
        try await checkSources(training.studies, training.imports)
        if let reward = training.rewardModel {
            guard try await ModelRegistry(database: database).model(reward).kind == .reward else {
                throw ModelRegistryError.notReward(reward)
            }
        }
        return try await ask(for: ModelTrainingJob.kind, training, subject: training.name, by: actor)
    }

    /// Asks for an evaluation.
    /// - Returns: the job's id.
    /// - Throws: ``ModelRegistryError``, ``StudyError/unknownStudy(_:)``.
    public func ask(for evaluation: ModelEvaluationJob.Parameters, by actor: AuditLog.Actor) async throws -> UUID {
        guard try await ModelRegistry(database: database).model(evaluation.model).kind == .reward else {
            throw ModelRegistryError.notReward(evaluation.model)
        }
        try await checkSources(evaluation.studies, evaluation.imports)
        return try await ask(for: ModelEvaluationJob.kind, evaluation, subject: "\(evaluation.model)", by: actor)
    }

    private func checkSources(_ studies: [String], _ imports: [String]) async throws {
        guard !studies.isEmpty || !imports.isEmpty else { throw ModelRegistryError.noSources }
        for name in studies { _ = try await StudyCatalog.study(named: name, in: database) }
        let known = try await database.query("SELECT name FROM rating_imports", as: String.self)
        if let unknown = imports.first(where: { !known.contains($0) }) { throw ModelRegistryError.unknownImport(unknown) }
    }

    private func ask(
        for kind: String, _ parameters: some Encodable & Sendable, subject: String, by actor: AuditLog.Actor
    ) async throws -> UUID {
        try await database.transaction { connection in
            let job = try await Jobs.ask(for: kind, with: parameters, by: actor.user, once: true, in: connection)
            try await AuditLog.record(
                kind, by: actor, subject: subject, details: ["job": job.uuidString.lowercased()], in: connection)
            return job
        }
    }
}
