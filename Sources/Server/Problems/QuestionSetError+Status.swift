// Which HTTP status each refusal has.

import Hummingbird
import Studies

extension QuestionSetError {
    var status: HTTPResponse.Status {
        switch self {
        case .unknownVersion, .unknownQuestion, .unknownTopic, .unknownImport, .unknownProposal, .unknownFlag,
            .unknownClustering, .notRetired:
            .notFound
        case .questionExists, .changedMeanwhile, .decidedAlready, .lastQuestion, .importHasProblems, .nothingToImport,
            .tooFewQuestions, .noTopics, .noTraining, .nothingToHoldOut:
            .conflict
        case .badQuestion, .noSeeds, .badShares: .unprocessableContent
        }
    }
}
