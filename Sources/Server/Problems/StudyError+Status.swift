// Which HTTP status each refusal has.

import Hummingbird
import Studies

extension StudyError {
    var status: HTTPResponse.Status {
        switch self {
        case .noSession, .badToken: .unauthorized
        case .unknownStudy, .unknownQuestionSet, .unknownStatement: .notFound
        case .studyExists, .cannotBecome, .unavailable, .notOpen, .full, .tookPart, .notYet, .movedOn, .answeredAlready: .conflict
        case .badName, .otherName, .platformIDNeeded, .emptySplit, .consentNeeded, .outOfScale, .badSurveyAnswer, .tooFewWords, .tooLong, .refused: .unprocessableContent
        }
    }
}
