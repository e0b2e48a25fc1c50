// Which HTTP status each refusal has.

import Hummingbird
import Studies

extension StudyError {
    var status: HTTPResponse.Status {
        switch self {
        case .noSession, .badToken: .unauthorized
        case .unknownStudy, .unknownReturnCode, .unknownParticipant, .unknownQuestionSet, .unknownStatement, .unknownMessage, .unknownVersion, .unknownPreview: .notFound
        case .newerVersion, .archived, .cannotArchive, .studyExists, .cannotBecome, .unavailable, .notOpen, .full, .tookPart, .notByInvitation, .noAttributes, .noPayment, .invitation(.used), .notYet, .movedOn, .answeredAlready, .noMoreTime: .conflict
        case .tooManyMessages: .tooManyRequests
        case .emptyNote, .badPicture, .unknownPicture, .badRehearsal, .emptyMessage, .reasonNeeded, .unknownLanguage, .invitation, .badAmount, .badName, .otherName, .excludesOthers, .platformIDNeeded, .emptySplit, .unknownQuestion, .consentNeeded, .outOfScale, .badSurveyAnswer, .tooFewWords, .tooLong, .refused: .unprocessableContent
        }
    }
}
