// By which name participants' pages have a refusal in the languages of Public/languages.

import Studies

extension StudyError {
    /// The key `problem.<code>` of a language file; nil for refusals that no participant meets.
    var code: String? {
        switch self {
        case .notOpen(.draft): "draft"
        case .notOpen(.paused): "paused"
        case .notOpen: "closed"
        case .full: "full"
        case .platformIDNeeded: "platform-id"
        case .tookPart: "took-part"
        case .invitation(.missing): "invitation-missing"
        case .invitation(.unknown): "invitation-unknown"
        case .invitation(.used): "invitation-used"
        case .unknownReturnCode: "return-code"
        case .notYet: "not-yet"
        case .movedOn: "moved-on"
        case .answeredAlready: "answered"
        case .badSurveyAnswer: "answer"
        case .emptyMessage: "empty-message"
        case .tooManyMessages: "many-messages"
        case .noMoreTime: "no-more-time"
        case .tooFewWords: "few-words"
        case .tooLong: "too-long"
        case .refused(for: .pasted): "pasted"
        case .refused(for: .copiedQuestion): "copied"
        case .refused: "hasty"
        // For these two there are pages.
        case .noSession, .unknownStudy: nil
        case .badName, .excludesOthers, .unknownQuestionSet, .emptySplit, .studyExists, .cannotBecome, .unavailable, .notByInvitation, .noAttributes,
            .unknownParticipant, .noPayment, .badAmount, .otherName, .consentNeeded, .badToken, .unknownStatement,
            .outOfScale, .unknownMessage, .unknownLanguage, .unknownQuestion, .reasonNeeded, .newerVersion, .unknownVersion,
            .archived, .cannotArchive, .emptyNote, .badPicture, .unknownPicture, .unknownPreview, .badRehearsal:
            nil
        }
    }

    /// The numbers in its sentence.
    var values: [String: Int]? {
        switch self {
        case .tooFewWords(let minimum, let found): ["minimum": minimum, "n": found]
        case .tooLong(let maximum, let found): ["maximum": maximum, "n": found]
        default: nil
        }
    }
}
