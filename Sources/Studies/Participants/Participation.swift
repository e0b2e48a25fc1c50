// What a participant's browser may know. Nothing here names a condition, a model, a score, an exclusion or another
// person: a statement goes out under the id of its presentation to this one member.

import Crypto
import Foundation

/// The present state of one person's part in a study, as sent to their browser.
public struct Participation: Codable, Sendable, Equatable {
    public enum Step: String, Codable, Sendable, CaseIterable {
        case survey, instructions, comprehension, lobby, stance, opinion, waiting, rating, debriefing, done, ended
    }

    public struct Study: Codable, Sendable, Equatable {
        public var name: String
        public var title: String
        /// Whom to write to, if the study says.
        public var contact: String?
        /// The language that its texts are in here, and those that the person may choose from, as codes.
        public var language: Language
        public var languages: [Language]
    }

    /// More time, which the person may take now.
    public struct Extension: Codable, Sendable, Equatable {
        public var minutes: Double
        /// Which one it is in this step, from 1.
        public var number: Int
        /// How many are left, with this one.
        public var left: Int
    }

    /// What the person wrote to the study's admins.
    public struct Message: Codable, Sendable, Equatable {
        public var text: String
        public var sentAt: String
        public var answer: String?
        public var answeredAt: String?
        /// Whether the answer has not been opened yet.
        public var isNew: Bool?
    }

    public struct Round: Codable, Sendable, Equatable {
        /// From 1.
        public var number: Int
        public var of: Int
    }

    public struct Question: Codable, Sendable, Equatable {
        public var text: String
        public var affirming: String
        public var negating: String
    }

    public struct Opinion: Codable, Sendable, Equatable {
        public var minimumWords: Int
        public var maximumCharacters: Int
        /// What this member has submitted in this round.
        public var own: String?
    }

    public struct Waiting: Codable, Sendable, Equatable {
        public enum Cause: String, Codable, Sendable {
            case group, opinions, statements, ratings
        }

        public var `for`: Cause
        /// People who are there, or ready.
        public var done: Int
        public var of: Int
        /// How far the round's statements are, 0 to 1; only while waiting for statements.
        public var progress: Double?
    }

    /// What the lobby asks of somebody who has waited a while.
    public struct Presence: Codable, Sendable, Equatable {
        /// Until when they can say that they are still there, before a group starts without them; ISO 8601 in UTC.
        public var askedUntil: String?
        /// They did not say so, and get no group until they do.
        public var isIdle: Bool?
    }

    public struct Statement: Codable, Sendable, Equatable {
        public var id: UUID
        public var text: String
        /// Whether it is another member's opinion, put before this person as such.
        public var isOpinion: Bool?
        /// Its place in this member's order, from 1.
        public var number: Int
        public var of: Int
    }

    /// A survey, without what its answers are used for.
    public struct Survey: Codable, Sendable, Equatable {
        public struct Question: Codable, Sendable, Equatable {
            public var key: String
            public var kind: SurveyQuestion.Kind
            public var text: String
            public var isOptional: Bool
            public var shownIf: SurveyQuestion.ShownIf?
            public var options: [String]?
            /// The options in the person's language, where it is not the study's own.
            public var labels: [String]?
            public var several: Bool?
            public var points: Int?
            public var low: String?
            public var high: String?
            public var minimum: Double?
            public var maximum: Double?
            public var maximumCharacters: Int?

            init(_ question: SurveyQuestion, _ translation: Translation?) {
                labels = translation?.question(question.key)?.options
                key = question.key
                kind = question.kind
                text = question.text
                isOptional = question.optional == true
                shownIf = question.shownIf
                options = question.options
                several = question.several
                points = question.kind == .scale ? question.scalePoints : nil
                low = question.low
                high = question.high
                minimum = question.minimum
                maximum = question.maximum
                maximumCharacters = question.kind == .text ? question.longestText : nil
            }
        }

        public var kind: Surveys.Kind
        public var questions: [Question]
    }

    /// The comprehension questions, without their answers.
    public struct Comprehension: Codable, Sendable, Equatable {
        public struct Question: Codable, Sendable, Equatable {
            public var key: String
            public var text: String
            public var options: [String]
            /// The options in the person's language, where it is not the study's own.
            public var labels: [String]?
            /// What was answered in the last try.
            public var chosen: String?
            /// Whether that was wrong.
            public var isWrong: Bool
            public var hint: String?
        }

        /// The number of the try that comes now, from 1.
        public var number: Int
        public var of: Int
        public var questions: [Question]
    }

    public struct Completion: Codable, Sendable, Equatable {
        public var code: String
        /// Where to go with it, if the study says.
        public var address: String?
    }

    /// What this person is paid, each amount with its currency.
    public struct Pay: Codable, Sendable, Equatable {
        public var base: String?
        public var waiting: String?
        public var bonus: String?
    }

    /// An end other than by finishing.
    public struct Ending: Codable, Sendable, Equatable {
        public var reason: EndReason
        /// Whether there is a code for it.
        public var isPaid: Bool
    }

    /// Changes whenever anything else here does, but for the time.
    public var version: String = ""
    /// When this was read, by the server's clock.
    public var now: String = ""
    public var step: Step
    public var study: Study
    public var instructions: [FormattedText]
    public var round: Round?
    public var question: Question?
    public var opinion: Opinion?
    public var waiting: Waiting?
    /// How far the others are, while this person answers something themselves.
    public var others: Waiting?
    public var presence: Presence?
    /// When the group goes on without this person's answer, their time for a step before or after the rounds is over, or
    /// the wait for a group is; ISO 8601 in UTC.
    public var deadline: String?
    public var `extension`: Extension?
    /// What they have typed in this step and not sent.
    public var draft: UnsentDraft?
    public var messages: [Message]?
    /// When they were last told that their group waits for them, as long as that is so.
    public var nudgedAt: String?
    public var statement: Statement?
    public var survey: Survey?
    public var comprehension: Comprehension?
    public var debriefing: [FormattedText]?
    /// True on the debriefing when there is a code after it.
    public var hasCode: Bool?
    public var ending: Ending?
    /// True once this person has had their answers deleted.
    public var isErased: Bool?
    public var completion: Completion?
    public var pay: Pay?

    init(step: Step, settings: StudySettings, language: Language) {
        self.step = step
        self.study = Study(
            name: settings.name, title: settings.title, contact: settings.contact, language: language,
            languages: settings.languages)
        self.instructions = settings.texts.shown(settings.texts.instructions)
    }

    static func time(_ date: Date) -> String { date.formatted(.iso8601) }

    /// The same state with its version and the time set.
    func versioned() throws -> Participation {
        var copy = self
        copy.version = ""
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let digest = SHA256.hash(data: try encoder.encode(copy))
        copy.now = Self.time(Date())
        copy.version = digest.prefix(12).hexadecimal
        return copy
    }
}
