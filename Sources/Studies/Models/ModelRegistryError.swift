// Why a model cannot be registered or used. Each is one sentence that says what to do.

/// An error of the model registry.
public enum ModelRegistryError: Error, Sendable, Equatable, CustomStringConvertible {
    case badName(String)
    case unknown(ModelName)
    case baseNeeded
    case notBase(ModelName)
    case notReward(ModelName)
    case notGenerator(ModelName)
    case notFile(ModelName)
    case changed(ModelName, path: String)
    case noRatings([String])
    case tooFewRatings
    case importExists(String)
    case unknownImport(String)
    case badDump(file: String, reason: String)
    case noTestRatings
    case noSources
    case badTraining

    public var description: String {
        switch self {
        case .badName(let text): "\(text) is not a model's name and version, such as agreement@1"
        case .unknown(let name): "there is no model \(name); concord model list shows those that there are"
        case .baseNeeded: "an adapter needs the model that it was made for: --base NAME@VERSION"
        case .notBase(let name): "\(name) is not of kind base"
        case .notReward(let name): "\(name) is not a preference model (kind reward)"
        case .notGenerator(let name): "\(name) does not write statements; name a model of kind base or adapter"
        case .notFile(let name): "\(name) was fitted here; only a reward model in a file gives scores to fit a scale to"
        case .changed(let name, let path):
            "the file \(path) of model \(name) is not what was registered (its SHA-256 differs); put that file back, or "
                + "register this one as a new version"
        case .noRatings(let sources):
            "there are no ratings to learn from in \(sources.joined(separator: ", ")): they need questions of the split "
                + "train, and members who wrote an opinion"
        case .noSources: "say which ratings to use: choose a study, or ratings that were imported"
        case .badTraining: "choose 1 to 512 components, 2 to 20 parts of the cross-validation, and a seed below 9007199254740992"
        case .tooFewRatings:
            "the ratings are too few, or all alike: a preference model needs several groups whose members disagree"
        case .importExists(let name): "ratings named \(name) have been imported already; choose another name"
        case .unknownImport(let name): "no ratings named \(name) have been imported"
        case .badDump(let file, let reason): "\(file): \(reason)"
        case .noTestRatings:
            "there are no ratings to evaluate on: they need questions of the splits validation, iid_test or ood_test, and "
                + "groups that the model was not trained on"
        }
    }
}
