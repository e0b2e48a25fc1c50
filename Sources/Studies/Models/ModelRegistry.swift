// The registry in the database. Rows are only ever added.

import Crypto
import Foundation
import LanguageModel
import Postgres

/// The models of a database.
public struct ModelRegistry: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    private struct Row: Decodable, Sendable {
        let id: UUID
        let name: String
        let version: Int
        let kind: String
        let file: String?
        let sha256: String
        let parentName: String?
        let parentVersion: Int?
        let chatTemplate: String?
        let fitted: String?
        let createdAt: Date
        let beatsBaselines: Bool?

        var model: RegisteredModel? {
            guard let kind = RegisteredModel.Kind(rawValue: kind) else { return nil }
            let parent = parentName.flatMap { name in parentVersion.map { ModelName(name: name, version: $0) } }
            let fitted = self.fitted.flatMap { try? JSONDecoder().decode(FittedPreference.self, from: Data($0.utf8)) }
            return RegisteredModel(
                id: id, name: ModelName(name: name, version: version), kind: kind, file: file, sha256: sha256,
                parent: parent, chatTemplate: chatTemplate, fitted: fitted, createdAt: createdAt,
                beatsBaselines: beatsBaselines)
        }
    }

    private static let rows: SQL = """
        SELECT m.id, m.name, m.version, m.kind, m.file, m.sha256, p.name AS parent_name, p.version AS parent_version,
               m.chat_template, m.fitted, m.created_at,
               (SELECT e.beats_baselines FROM model_evaluations e WHERE e.model_id = m.id
                ORDER BY e.created_at DESC, e.id LIMIT 1) AS beats_baselines
        FROM models m LEFT JOIN models p ON p.id = m.parent_id
        """

    /// Every model, by name and version.
    public func list() async throws -> [RegisteredModel] {
        try await database.rows("\(sql: Self.rows) ORDER BY m.name, m.version", as: Row.self).compactMap(\.model)
    }

    /// The names of the models of some kinds, in their order.
    public func names(of kinds: [RegisteredModel.Kind]) async throws -> [ModelName] {
        try await database.query(
            "SELECT name, version FROM models WHERE kind = ANY(\(kinds.map(\.rawValue))::text[]) ORDER BY name, version",
            as: (String, Int).self
        ).map { ModelName(name: $0.0, version: $0.1) }
    }

    /// The model with this name and version.
    /// - Throws: ``ModelRegistryError/unknown(_:)``.
    public func model(_ name: ModelName) async throws -> RegisteredModel {
        try await Self.model(name, in: database)
    }

    static func model(_ name: ModelName, in session: some PostgresSession) async throws -> RegisteredModel {
        let rows = try await session.rows(
            "\(sql: Self.rows) WHERE m.name = \(name.name) AND m.version = \(Int32(name.version))", as: Row.self)
        guard let model = rows.first?.model else { throw ModelRegistryError.unknown(name) }
        return model
    }

    /// Registers a GGUF file as the next version of `name`. The same file again, as the same kind and with the same
    /// parent, is the version that it has.
    /// - Parameters:
    ///   - base: the model that an adapter was made for.
    ///   - chatTemplate: one that llama.cpp knows, when the model's own is not, or ``LanguageModel/plainText``.
    ///   - actor: who asked for it; nil when nobody did.
    /// - Throws: ``ModelRegistryError``; `ModelError` when the file is not one.
    public func register(
        _ path: String, as name: String, kind: RegisteredModel.Kind, base: ModelName? = nil, chatTemplate: String? = nil,
        by actor: AuditLog.Actor? = nil
    ) async throws -> RegisteredModel {
        guard Name.isValid(name) else { throw StudyError.badName(name) }
        let parent = try await parent(base, of: kind)
        let path = URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
        let sha256 = try await OffPool.run {
            Result {
                try ModelFile.check(path)
                return try ModelFile.sha256(path)
            }
        }.get()
        return try await add(
            name, kind: kind, file: path, fitted: nil, sha256: sha256, parent: parent?.id, chatTemplate: chatTemplate,
            training: nil as JSONB<PreferenceRecord>?, logged: "model.register", by: actor)
    }

    /// The registered model with the file that is loaded as `model`, registered if it was not.
    public func model(of model: LanguageModel) async throws -> RegisteredModel {
        let known = try await database.first(
            """
            SELECT name, version FROM models
            WHERE kind = 'base' AND sha256 = \(model.facts.sha256) ORDER BY created_at LIMIT 1
            """, as: (String, Int32).self)
        if let known { return try await self.model(ModelName(name: known.0, version: Int(known.1))) }
        let letters = model.facts.name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let name = String(String(letters).split(separator: "-").joined(separator: "-").prefix(63))
        return try await register(
            model.facts.path, as: Name.isValid(name) ? name : "model", kind: .base, chatTemplate: model.facts.chatTemplate)
    }

    /// Registers what was fitted to ratings as the next version of `name`.
    /// - Parameter actor: who asked for it; nil for a job, which is in the log since it was asked for.
    public func register(
        _ fitted: FittedPreference, as name: String, parent: RegisteredModel, training: PreferenceRecord,
        by actor: AuditLog.Actor? = nil
    ) async throws -> RegisteredModel {
        guard Name.isValid(name) else { throw StudyError.badName(name) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = try encoder.encode(fitted)
        return try await add(
            name, kind: .reward, file: nil, fitted: String(decoding: text, as: UTF8.self),
            sha256: SHA256.hash(data: text).hexadecimal, parent: parent.id,
            chatTemplate: nil, training: JSONB(training), logged: ModelTrainingJob.kind, by: actor)
    }

    private func parent(_ base: ModelName?, of kind: RegisteredModel.Kind) async throws -> RegisteredModel? {
        guard kind == .adapter else { return nil }
        guard let base else { throw ModelRegistryError.baseNeeded }
        let parent = try await model(base)
        guard parent.kind == .base else { throw ModelRegistryError.notBase(base) }
        return parent
    }

    private func add(
        _ name: String, kind: RegisteredModel.Kind, file: String?, fitted: String?, sha256: String, parent: UUID?,
        chatTemplate: String?, training: JSONB<PreferenceRecord>?, logged action: String, by actor: AuditLog.Actor?
    ) async throws -> RegisteredModel {
        try await database.transaction { connection in
            // One at a time, so that versions have no gaps.
            try await connection.execute("LOCK TABLE models IN SHARE ROW EXCLUSIVE MODE")
            let same = try await connection.first(
                """
                SELECT version FROM models
                WHERE name = \(name) AND kind = \(kind.rawValue) AND sha256 = \(sha256) AND file IS NOT DISTINCT FROM \(file)
                  AND parent_id IS NOT DISTINCT FROM \(parent) AND chat_template IS NOT DISTINCT FROM \(chatTemplate)
                """, as: Int32.self)
            if let same { return try await Self.model(ModelName(name: name, version: Int(same)), in: connection) }
            let version = try await connection.first(
                """
                INSERT INTO models (name, version, kind, file, fitted, sha256, parent_id, chat_template, training)
                SELECT \(name), coalesce(max(version), 0) + 1, \(kind.rawValue), \(file), \(fitted), \(sha256), \(parent)::uuid,
                       \(chatTemplate), \(training)::jsonb
                FROM models WHERE name = \(name)
                RETURNING version
                """, as: Int32.self) ?? 1
            if let actor {
                try await AuditLog.record(action, by: actor, subject: name, details: ["version": "\(version)"], in: connection)
            }
            return try await Self.model(ModelName(name: name, version: Int(version)), in: connection)
        }
    }
}
