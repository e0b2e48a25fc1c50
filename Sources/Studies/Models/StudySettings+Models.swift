// Whether the models that a study names are there and good enough.

import Postgres

extension StudySettings {
    /// What is wrong with the models that the study names, a sentence each that says what to do; empty when it can open.
    func missingModels(in session: some PostgresSession) async throws -> [String] {
        var found: [String] = []
        for condition in conditions {
            guard let name = condition.model else { continue }
            do {
                let model = try await ModelRegistry.model(name, in: session)
                if model.kind == .reward {
                    found.append("condition \(condition.name): \(ModelRegistryError.notGenerator(name))")
                }
            } catch let error as ModelRegistryError {
                found.append(
                    "condition \(condition.name): \(error); concord model register adds one")
            }
        }
        guard let name = preferenceModel else { return found }
        do {
            let model = try await ModelRegistry.model(name, in: session)
            if model.kind != .reward {
                found.append("\(ModelRegistryError.notReward(name))")
            } else if forcePreferenceModel != true, model.beatsBaselines != true {
                let why = model.beatsBaselines == nil
                    ? "has not been evaluated; run concord model evaluate \(name) --study STUDY"
                    : "does not beat its baselines (concord model evaluate shows by how much)"
                found.append(
                    "preference model \(name) \(why). To use it all the same, say force_preference_model: true in the study file")
            }
        } catch ModelRegistryError.unknown {
            found.append(
                "there is no preference model \(name). Collect ratings for it with a first wave, a study whose conditions "
                    + "select without ranking, and train it on them: concord model train-reward \(name.name) --study WAVE. Or "
                    + "bring the ratings of another study's dump: concord model import-ratings NAME FOLDER, then concord model "
                    + "train-reward \(name.name) --import NAME")
        }
        return found
    }
}
