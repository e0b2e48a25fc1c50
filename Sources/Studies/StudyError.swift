// What a request to a study can be refused for. Each is one sentence that says what to do.

/// A refusal. Nothing was changed.
public enum StudyError: Error, Sendable, Equatable, CustomStringConvertible {
    case badName(String)
    case unknownQuestionSet(String)
    case emptySplit(set: String, split: Split, needed: Int, found: Int)
    case unknownQuestion(String, set: String, split: Split)
    case unknownStudy(String)
    case studyExists(String)
    case cannotBecome(study: String, from: StudyState, to: StudyState)
    case unavailable([String])
    case notOpen(StudyState)
    case full
    case platformIDNeeded
    case tookPart
    case invitation(Invitations.Standing)
    case notByInvitation(String)
    case noAttributes(String)
    case unknownReturnCode
    case unknownParticipant(String, study: String)
    case noPayment(String)
    case badAmount
    case otherName(study: String, file: String)
    /// A file that shuts out the people of studies which are not there, or which the user does not have.
    case excludesOthers([String])
    case newerVersion(Int)
    case unknownVersion(Int, study: String)
    case archived(String)
    case cannotArchive(study: String, state: StudyState)
    case emptyNote
    case badPicture(String)
    case unknownPicture(String)
    case unknownPreview
    case badRehearsal(String)
    case consentNeeded
    case badToken
    case noSession
    case notYet
    case movedOn
    case answeredAlready
    case unknownStatement
    case outOfScale(String)
    case emptyMessage
    /// Something that is only done with a reason.
    case reasonNeeded
    case tooManyMessages
    case unknownMessage(String, study: String)
    case noMoreTime
    case unknownLanguage
    case badSurveyAnswer(question: String, reason: String)
    case tooFewWords(minimum: Int, found: Int)
    case tooLong(maximum: Int, found: Int)
    case refused(for: QualityFlag)

    /// The end that it is, for refusals at the door.
    public var terminalReason: TerminalReason? {
        switch self {
        case .notOpen(.draft): .draft
        case .notOpen(.paused): .paused
        case .notOpen: .closed
        case .full: .full
        case .tookPart: .tookPart
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .badName(let name):
            "the name \(name) is not usable: use lower-case letters, digits and hyphens, at most 63"
        case .unknownQuestionSet(let name):
            "there is no question set named \(name); import one with: concord questions import FILE --set \(name)"
        case .emptySplit(let set, let split, let needed, let found):
            "the study needs \(needed) questions, but the split \(split.rawValue) of question set \(set) has \(found)"
        case .unknownQuestion(let key, let set, let split):
            "the entry survey asks for a stance on \(key.prefix(80)), which is no question of the split \(split.rawValue) of "
                + "question set \(set)"
        case .unknownStudy(let name): "there is no study named \(name)"
        case .studyExists(let name): "there is a study named \(name) already"
        case .cannotBecome(let study, let from, let to):
            "study \(study) is \(from.rawValue) and cannot become \(to.rawValue)"
        case .unavailable(let parts):
            "the study cannot be opened yet: \(parts.joined(separator: "; "))"
        case .notOpen(.draft): "This study has not started yet. Please try again later."
        case .notOpen(.paused): "This study is paused and takes nobody new at present. Please try again later."
        case .notOpen: "This study is closed. Thank you for your interest."
        case .full: "This study has all the people it needs. Thank you for your interest."
        case .platformIDNeeded:
            "Please enter your id on the platform that you come from: letters and digits, as it is shown there."
        case .tookPart:
            "Somebody with this id has taken part already, here or in an earlier study. If you have begun this study, "
                + "please open the link again in the way that you opened it then."
        case .invitation(.missing): "This study is by invitation. Please open the link that you were sent."
        case .invitation(.unknown):
            "This invitation is not known here. Please open the link just as it was sent to you, to its last letter."
        case .invitation(.used):
            "Somebody has begun with this invitation. If that was you, go on in the browser that you began with, or "
                + "enter your return code."
        case .notByInvitation(let study):
            "study \(study) does not take people by invitation; its file needs recruitment: {source: invitation}"
        case .noAttributes(let study):
            "study \(study) has no recruitment.attributes; list in its file the names of the attributes to load"
        case .unknownReturnCode:
            "This code is not known here. Please check it: it has 12 letters and digits, and a newer one replaces it."
        case .unknownParticipant(let id, let study):
            "there is nobody with the id \(id.prefix(80)) in study \(study)"
        case .noPayment(let study): "study \(study) pays nothing; its file needs payment, with a currency"
        case .badAmount: "a bonus is an amount of at least 0.01"
        case .otherName(let study, let file):
            "the file is of study \(file), not of \(study); a study keeps its name"
        case .excludesOthers(let studies):
            "recruitment.excluded_studies names studies that are not there, or that you do not have: \(studies.joined(separator: ", ")); "
                + "check the names, or ask an admin of the study to share it with you"
        case .newerVersion(let version):
            "Somebody has saved version \(version) meanwhile. Open the page again, and make your change in that version."
        case .unknownVersion(let version, let study): "study \(study) has no version \(version)"
        case .archived(let study): "study \(study) is archived; bring it back from the archive first"
        case .cannotArchive(let study, let state):
            "study \(study) is \(state.rawValue); only a draft or a closed study can be archived"
        case .emptyNote: "Please write a note, of at most 10,000 characters."
        case .badPicture(let reason): "This picture cannot be used: \(reason)."
        case .unknownPicture(let name): "there is no picture \(name.prefix(12))… on this server; upload it first"
        case .unknownPreview: "This preview is over. Please begin another one."
        case .badRehearsal(let reason): "This rehearsal cannot be held: \(reason)."
        case .consentNeeded: "To take part you need to give your consent."
        case .badToken: "The token is unknown or has been revoked."
        case .noSession: "You are not signed in to a study on this device. Please open the link of your study again."
        case .notYet: "This step is not open yet. Please go back to the study's present page."
        case .movedOn: "The group has moved on, so this answer can no longer be taken."
        case .answeredAlready: "You have answered this already; your first answer was kept."
        case .unknownStatement: "This statement is not one of yours to rate."
        case .outOfScale(let name): "Please choose a value from 1 to 7 for \(name)."
        case .emptyMessage: "Please write what you would like to ask or say."
        case .reasonNeeded: "Please say why; the reason goes into the log."
        case .tooManyMessages:
            "Several of your messages wait for an answer already. Please wait for the research team to read them."
        case .unknownMessage(let id, let study): "there is no message \(id.prefix(80)) in study \(study)"
        case .noMoreTime: "There is no more time to be had for this step."
        case .unknownLanguage: "This study is not offered in that language."
        case .badSurveyAnswer(let question, let reason): "\(question) – \(reason)."
        case .tooFewWords(let minimum, let found):
            "Please write at least \(minimum) words; so far there \(found == 1 ? "is 1" : "are \(found)")."
        case .refused(for: .pasted):
            "Please write your opinion yourself: a part of this text was pasted in. Take that part out, and say it in "
                + "your own words."
        case .refused(for: .copiedQuestion):
            "Please say in your own words what you think; much of this text repeats the question."
        case .refused: "Please take a little more time for your opinion. You can add to it, and send it in a moment."
        case .tooLong(let maximum, let found):
            "Please shorten your text to \(maximum) characters; it has \(found) now."
        }
    }
}
