// The models that a worker has loaded.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// Loads registered models when they are first needed and keeps them. All of them compute in turn, on one thread.
public actor ModelShelf {
    /// The model that the process was started with, for conditions that name none.
    public nonisolated let standard: LanguageModel
    private nonisolated let database: Database
    private var loaded: [UUID: (identities: [FileIdentity], loading: Task<LanguageModel, any Error>)] = [:]

    public init(standard: LanguageModel, database: Database) {
        self.standard = standard
        self.database = database
    }

    /// The language model that a condition names; the standard one for nil.
    /// - Throws: ``ModelRegistryError``, `ModelError`.
    public func generator(_ name: ModelName?) async throws -> LanguageModel {
        guard let name else { return standard }
        let model = try await ModelRegistry(database: database).model(name)
        guard model.kind != .reward else { throw ModelRegistryError.notGenerator(name) }
        return try await languageModel(model)
    }

    /// The preference model with this name, ready to predict, and its row.
    /// - Throws: ``ModelRegistryError``, `ModelError`.
    public func predictor(_ name: ModelName) async throws -> (predictor: any AgreementPredictor, model: RegisteredModel) {
        let model = try await ModelRegistry(database: database).model(name)
        return (try await predictor(of: model, fitted: model.fitted), model)
    }

    /// What predicts agreement as `model` does, but with `fitted` instead of what was fitted to it.
    public func predictor(
        of model: RegisteredModel, fitted: FittedPreference?
    ) async throws -> any AgreementPredictor {
        guard model.kind == .reward else { throw ModelRegistryError.notReward(model.name) }
        switch fitted {
        case .head(let head, _):
            return EncodedPreference(head: head, encoder: CachedEncoder(try await parent(of: model), database: database))
        case .scale(let scale): return ScoredPreference(model: try await parent(of: model), scale: scale)
        case nil: return ScoredPreference(model: try await languageModel(model), scale: nil)
        }
    }

    private func parent(of model: RegisteredModel) async throws -> LanguageModel {
        guard let parent = model.parent else { throw ModelRegistryError.notFile(model.name) }
        return try await languageModel(try await ModelRegistry(database: database).model(parent))
    }

    /// The language model in the file of `model`, which has to be the file that was registered.
    public func languageModel(_ model: RegisteredModel) async throws -> LanguageModel {
        guard let path = model.file else { throw ModelRegistryError.notFile(model.name) }
        if model.kind == .base, standard.facts.adapterSHA256 == nil, standard.facts.sha256 == model.sha256,
            model.chatTemplate == standard.facts.chatTemplate
        {
            return standard
        }
        var base: RegisteredModel?
        if model.kind == .adapter, let parent = model.parent { base = try await ModelRegistry(database: database).model(parent) }
        let files = [path, base?.file].compactMap(\.self)
        // A file that was touched since it was loaded is read, and checked, again.
        let identities = try files.map { try FileIdentity(of: $0) }
        if let kept = loaded[model.id], kept.identities == identities {
            return try await kept.loading.value
        }
        let standard = standard
        let loading = Task {
            let file = base?.file ?? path
            let loaded = try await LanguageModel.load(
                path: file, adapter: base == nil ? nil : path, chatTemplate: base?.chatTemplate ?? model.chatTemplate,
                threads: standard.facts.threads, inTurnWith: standard)
            for (registered, actual) in [(base ?? model, loaded.facts.sha256), (model, loaded.facts.adapterSHA256 ?? loaded.facts.sha256)]
            where registered.sha256 != actual {
                throw ModelRegistryError.changed(registered.name, path: registered.file ?? file)
            }
            return loaded
        }
        loaded[model.id] = (identities, loading)
        do {
            return try await loading.value
        } catch {
            loaded[model.id] = nil
            throw error
        }
    }
}
