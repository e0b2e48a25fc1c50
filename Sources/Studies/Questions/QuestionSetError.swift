// What a change of a question set can be refused for. Each is one sentence that says what to do.

/// A refusal. Nothing was changed.
public enum QuestionSetError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownVersion(Int, set: String)
    case unknownQuestion(String, set: String)
    case questionExists(String, set: String)
    case notRetired(String, set: String)
    case badQuestion(String)
    case changedMeanwhile(set: String, version: Int)
    case lastQuestion(set: String)
    case unknownTopic(String, set: String)
    case unknownImport
    case importHasProblems(count: Int)
    case nothingToImport
    case unknownProposal
    case unknownFlag
    case decidedAlready
    case noSeeds
    case unknownClustering
    case tooFewQuestions(needed: Int, found: Int)
    case badShares
    case noTopics(Int)
    case noTraining
    case nothingToHoldOut

    public var description: String {
        switch self {
        case .unknownVersion(let version, let set): "question set \(set) has no version \(version)"
        case .unknownQuestion(let key, let set): "there is no question with the id \(key.prefix(80)) in question set \(set)"
        case .questionExists(let key, let set):
            "question set \(set) has a question with the id \(key.prefix(80)) already; choose another id"
        case .notRetired(let key, let set):
            "no question with the id \(key.prefix(80)) was retired from question set \(set)"
        case .badQuestion(let reason): reason
        case .changedMeanwhile(let set, let version):
            "question set \(set) was changed meanwhile and is at version \(version) now; look at it again, then repeat this"
        case .lastQuestion(let set): "question set \(set) would have no question left; a set needs at least one"
        case .unknownTopic(let topic, let set): "no question of set \(set) has the topic \(topic.prefix(80))"
        case .unknownImport: "this import is not known any more; upload the file again"
        case .importHasProblems(let count):
            "\(count) row\(count == 1 ? " has a problem" : "s have problems"); correct the file, or leave those rows out"
        case .nothingToImport: "the file has no row without a problem; correct it and upload it again"
        case .unknownProposal: "there is no such proposal"
        case .unknownFlag: "there is no such flag"
        case .decidedAlready: "this was decided already; load the page again to see how"
        case .noSeeds: "choose at least one question to go by"
        case .unknownClustering: "there is no such clustering of this question set"
        case .tooFewQuestions(let needed, let found): "this needs at least \(needed) questions; there are \(found)"
        case .badShares: "shares must be 0 or more, and leave at least a tenth of the questions for training"
        case .noTopics(let count):
            "\(count) question\(count == 1 ? " has" : "s have") no topic yet; give each a topic first, by hand or by clustering"
        case .noTraining: "these topics to hold out leave no question for training; hold out fewer"
        case .nothingToHoldOut:
            "all questions have one topic, so that none can be held out for ood_test; set the share for ood_test to 0, or give the "
                + "questions more topics"
        }
    }
}
