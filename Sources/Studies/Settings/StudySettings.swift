// Everything a study file says. Plain values; checked as a whole by `problems`.

import Consensus
import Foundation
import Postgres

/// The settings of one version of a study.
public struct StudySettings: Codable, Sendable, Equatable {
    public struct Questions: Codable, Sendable, Equatable {
        /// The question set's name.
        public var set: String
        /// The split that rounds draw their questions from.
        public var split: Split
    }

    public struct Opinion: Codable, Sendable, Equatable {
        public var minimumWords: Int
        public var maximumCharacters: Int

        enum CodingKeys: String, CodingKey {
            case minimumWords = "minimum_words"
            case maximumCharacters = "maximum_characters"
        }
    }

    /// How long each phase may last, in minutes. Every waiting state stores its deadline from these.
    public struct TimeLimits: Codable, Sendable, Equatable {
        /// From the consent to the lobby; 30 if nil.
        public var instructionsMinutes: Double?
        public var lobbyMinutes: Double
        public var opinionsMinutes: Double
        /// For the ratings of opinions, where a study has them; ``ratingsMinutes`` if nil.
        public var opinionRatingsMinutes: Double?
        public var draftingMinutes: Double
        public var ratingsMinutes: Double
        /// Until the debriefing counts as read and the part as done; 60 if nil.
        public var debriefingMinutes: Double?
        /// How often a participant may take more time for one step, and how much; never if nil.
        public var extensions: Int?
        public var extensionMinutes: Double?

        enum CodingKeys: String, CodingKey {
            case instructionsMinutes = "instructions_minutes"
            case debriefingMinutes = "debriefing_minutes"
            case lobbyMinutes = "lobby_minutes"
            case opinionsMinutes = "opinions_minutes"
            case opinionRatingsMinutes = "opinion_ratings_minutes"
            case draftingMinutes = "drafting_minutes"
            case ratingsMinutes = "ratings_minutes"
            case extensions
            case extensionMinutes = "extension_minutes"
        }
    }

    /// What participants read, as paragraphs.
    public struct Texts: Codable, Sendable, Equatable {
        public var consent: [String]
        public var instructions: [String]
        public var debriefing: [String]
        /// Whether signs in them mean headings, lists, links and pictures, as ``FormattedText`` reads them; they are plain
        /// text if nil.
        public var formatted: Bool?
    }

    public struct Completion: Codable, Sendable, Equatable {
        /// The code a participant takes away at the end.
        public var code: String
        /// The code of somebody for whom no group came together; `code` if nil.
        public var waitingCode: String?
        /// The code of somebody whose group ended early, for which it is `code` if nil, or who chose to stop.
        public var partialCode: String?
        /// The code of somebody who does not take part by their entry survey, by a quota or the comprehension
        /// questions, or because they have taken part already; none if nil.
        public var screenOutCode: String?
        /// The code of somebody whom the study has no place for; none if nil.
        public var overQuotaCode: String?
        /// The code of somebody who did not answer in time, or come back; none if nil.
        public var timedOutCode: String?

        enum CodingKeys: String, CodingKey {
            case code
            case waitingCode = "waiting_code"
            case partialCode = "partial_code"
            case screenOutCode = "screen_out_code"
            case overQuotaCode = "over_quota_code"
            case timedOutCode = "timed_out_code"
        }
    }

    public struct Dropouts: Codable, Sendable, Equatable {
        /// How many rounds in a row somebody may leave unanswered before they count as a dropout.
        public var missedRounds: Int

        enum CodingKeys: String, CodingKey {
            case missedRounds = "missed_rounds"
        }
    }

    /// How many take part, counted while they are in the study and when they have finished it.
    public struct Quotas: Codable, Sendable, Equatable {
        /// So many at most who meet a criterion.
        public struct Answer: Codable, Sendable, Equatable {
            public var criterion: Criterion
            public var participants: Int

            enum CodingKeys: String, CodingKey { case participants }

            public init(from decoder: any Decoder) throws {
                criterion = try Criterion(from: decoder)
                participants = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .participants)
            }

            public func encode(to encoder: any Encoder) throws {
                try criterion.encode(to: encoder)
                var values = encoder.container(keyedBy: CodingKeys.self)
                try values.encode(participants, forKey: .participants)
            }
        }

        public var participants: Int?
        /// Groups that are under way or finished; with arms, their numbers of groups count too.
        public var groups: Int?
        /// Per answer to the entry survey, or attribute.
        public var answers: [Answer]?
    }

    public var name: String
    public var title: String
    /// How long taking part takes, as said to participants.
    public var minutes: Int
    public var questions: Questions
    public var rounds: Int
    public var groups: GroupSettings
    public var opinion: Opinion
    public var timeLimits: TimeLimits
    /// Who counts as a dropout; after one missed round if nil.
    public var dropouts: Dropouts?
    /// Whether members rate each other's opinions before statements are made; not if nil.
    public var opinionRatings: Bool?
    public var conditions: [Condition]
    /// Prompts of the study's own.
    public var prompts: [StudyPrompt]?
    /// The preference model that ranks candidates and opinions, for conditions that select by it.
    public var preferenceModel: ModelName?
    /// Whether it may be used although it does not beat its baselines.
    public var forcePreferenceModel: Bool?
    /// How many conditions a round shows, an exclusion condition and its twin counting as one; all if nil.
    public var conditionsPerRound: Int?
    /// Ways through the study that groups are allocated to; a single one if nil.
    public var arms: [Arm]?
    public var quotas: Quotas?
    public var surveys: Surveys?
    public var comprehension: Comprehension?
    public var recruitment: Recruitment?
    /// What people are paid; nothing is written down if nil.
    public var payment: PaymentSettings?
    /// Which of people's own words are shown to others; if nil, what the screen notices something in is not.
    public var review: ReviewSettings?
    public var quality: QualitySettings?
    public var attentionChecks: [AttentionCheck]?
    /// Which rounds and groups count; the dump says nothing of it if nil.
    public var inclusion: Inclusion?
    /// How the data may be used, as dumps say it; nothing is said if nil.
    public var publication: PublicationSettings?
    public var texts: Texts
    public var completion: Completion
    /// Whom participants may write to, as it is shown to them.
    public var contact: String?
    /// The language of the texts; English if nil.
    public var language: Language?
    /// Other languages that participants may choose, by code.
    public var translations: [String: Translation]?
    /// What the study calls its data in dumps, apart from other studies'; ``standardDataVersion`` if nil.
    public var dataVersion: String?

    /// The name of the data of a study that gives none.
    public static let standardDataVersion = "TRAINING_DATA_V1"

    enum CodingKeys: String, CodingKey {
        case name
        case dataVersion = "data_version"
        case title, minutes, questions, rounds, groups, opinion
        case timeLimits = "time_limits"
        case dropouts
        case opinionRatings = "opinion_ratings"
        case conditions, prompts
        case preferenceModel = "preference_model"
        case forcePreferenceModel = "force_preference_model"
        case conditionsPerRound = "conditions_per_round"
        case arms, quotas, surveys, comprehension, recruitment, payment, review, quality
        case attentionChecks = "attention_checks"
        case inclusion, publication, texts, completion, contact, language, translations
    }

    /// The conditions that the rounds of a group in `arm` draw from.
    func conditions(of arm: Arm?) -> [Condition] {
        guard let names = arm?.conditions else { return conditions }
        return conditions.filter { names.contains($0.name) }
    }

    /// Each exclusion condition with its full twin, by name.
    public var exclusionTwins: [(exclusion: String, full: String)] {
        Condition.units(of: conditions).flatMap { unit in
            unit.dropFirst().map { (conditions[$0].name, conditions[unit[0]].name) }
        }
    }

    /// How many groups the study is to have; nil for as many as come.
    public var groupsWanted: Int? {
        let inArms = arms?.reduce(0) { $0 + $1.groups }
        return [inArms, quotas?.groups].compactMap(\.self).min()
    }

    /// Whether members rate each other's opinions.
    var ratesOpinions: Bool { opinionRatings == true }

    /// Whether a member's own words may be shown to their group, as an opinion or as if they were a statement.
    var showsWords: Bool { ratesOpinions || conditions.contains { $0.source == .humanOpinion } }

    /// How long a round waits for a review of its opinions, in minutes; 0 where it does not.
    var reviewMinutes: Double {
        guard showsWords, let review, review.beforeDisplay != .never else { return 0 }
        return review.minutes ?? 0
    }

    /// How long somebody may take who uses every limit to the end, in minutes.
    var longestMinutes: Double {
        let more = Double(timeLimits.extensions ?? 0) * (timeLimits.extensionMinutes ?? 0)
        let round = timeLimits.opinionsMinutes + reviewMinutes
            + (ratesOpinions ? timeLimits.opinionRatingsMinutes ?? timeLimits.ratingsMinutes : 0)
            + timeLimits.draftingMinutes + timeLimits.ratingsMinutes + 2 * more * Double(groups.sizes.max() ?? 1)
        let last = (timeLimits.debriefingMinutes ?? 60) + more
        return (timeLimits.instructionsMinutes ?? 30) + timeLimits.lobbyMinutes + Double(rounds) * round
            + (surveys?.exit?.isEmpty == false ? 2 : 1) * last
    }

    /// What an admin should know before the study opens, though nothing is wrong.
    public var warnings: [String] {
        var found: [String] = []
        if let limit = recruitment?.limitMinutes, longestMinutes > limit {
            found.append(
                "the longest way through the study takes \(longestMinutes.formatted()) minutes (time_limits and rounds), but "
                    + "the platform's limit is \(limit.formatted()) (recruitment.limit_minutes): whoever takes longer is timed "
                    + "out there before they have their code")
        }
        if let review, review.beforeDisplay == .always, reviewMinutes == 0 {
            found.append(
                "no opinion is shown before an admin has approved it (review.before_display: always), but no round waits for that "
                    + "(review.minutes): so none will be shown")
        }
        if conditions.contains(where: \.exclude.leavesOut), !saysThatPeopleAreLeftOut {
            found.append(
                "the study leaves people out (exclude), but no paragraph of texts.debriefing seems to say so: whoever takes "
                    + "part has to be told at the end that some statements were written without some opinions")
        }
        return found
    }

    /// Whether the debriefing has words that speak of leaving somebody out, in any of the ways that occur to people.
    private var saysThatPeopleAreLeftOut: Bool {
        texts.debriefing.map { $0.lowercased() }.contains { paragraph in
            ["left out", "leave out", "leaving out", "leaves out", "exclu", "omit", "not includ"].contains(where: paragraph.contains)
                || (paragraph.contains("without") && paragraph.contains("opinion"))
        }
    }

    /// Everything that is wrong with these settings taken together: the place in the file, and a sentence. What is wrong
    /// with a single value is for ``Shape/studyFile`` to say.
    var conflicts: [(path: [String], sentence: String)] {
        var found: [(path: [String], sentence: String)] = []
        func check(_ holds: Bool, _ path: [String], _ problem: @autoclosure () -> String) {
            if !holds { found.append((path, problem())) }
        }
        found += groups.conflicts(in: self)
        found += translationConflicts
        for conflict in payment?.conflicts(placePrice: placePrice ?? 0) ?? [] {
            check(false, ["payment", conflict.key], conflict.sentence)
        }
        check(
            review == nil || showsWords, ["review"],
            "review is about people's own words that are shown to others, which this study shows to nobody: it needs "
                + "opinion_ratings: true or a condition with source: human-opinion")
        found += formattingConflicts
        check(
            (timeLimits.extensions == nil) == (timeLimits.extensionMinutes == nil), ["time_limits"],
            "time_limits: extensions and extension_minutes go together")
        for (index, quota) in (quotas?.answers ?? []).enumerated() {
            for conflict in quota.criterion.conflicts(in: self) {
                check(false, ["quotas", "answers", "\(index + 1)"], "quotas.answers.\(index + 1): \(conflict)")
            }
        }
        for (index, condition) in conditions.enumerated() {
            let path = ["conditions", "\(index + 1)"], place = "condition \(condition.name)"
            check(!conditions[..<index].contains { $0.name == condition.name }, path, "\(place) is listed twice")
            for conflict in condition.conflicts(minimum: groups.least, prompts: (prompts ?? []).map(\.name)) {
                check(false, path, "\(place): \(conflict)")
            }
            check(
                !condition.name.hasPrefix(AttentionCheck.prefix), path,
                "\(place): names that begin with \(AttentionCheck.prefix) are those of attention checks")
            check(
                condition.select != .actualWelfare || ratesOpinions, path,
                "\(place): select actual-welfare needs opinion_ratings: true, so that members rate each other's opinions")
            guard condition.exclude.leavesOut, condition.source == .model else { continue }
            check(
                conditions.contains { condition.isExclusionTwin(of: $0) }, path,
                "\(place): needs a twin that differs only in exclude: 0, so that both are rated")
        }
        for (index, prompt) in (prompts ?? []).enumerated() {
            let path = ["prompts", "\(index + 1)"], earlier = PromptTemplate.names + (prompts ?? [])[..<index].map(\.name)
            check(!earlier.contains(prompt.name), path, "prompt \(prompt.name): there is a prompt of this name already")
            do {
                _ = try prompt.template()
            } catch {
                check(false, path, "\(error)")
            }
        }
        if preferenceModel == nil, let first = conditions.firstIndex(where: \.select.needsPredictions) {
            check(
                false, ["conditions", "\(first + 1)"],
                "condition \(conditions[first].name): select \(conditions[first].select.rawValue) needs a preference model; name "
                    + "it with preference_model: NAME@VERSION")
        }
        for (index, arm) in (arms ?? []).enumerated() {
            let path = ["arms", "\(index + 1)"], place = "arm \(arm.name)"
            check(!(arms ?? [])[..<index].contains { $0.name == arm.name }, path, "\(place) is listed twice")
            for name in arm.conditions ?? [] {
                check(
                    conditions.contains { $0.name == name }, path, "\(place): there is no condition named \(name)")
            }
            let own = conditions(of: arm)
            for condition in own where condition.exclude.leavesOut {
                check(
                    own.contains { condition.isExclusionTwin(of: $0) }, path,
                    "\(place): has condition \(condition.name), but not its twin")
            }
        }
        if let shown = conditionsPerRound {
            for arm in arms.map({ $0.map(Optional.some) }) ?? [nil] {
                let units = Condition.units(of: conditions(of: arm)).count
                check(
                    shown <= units, ["conditions_per_round"],
                    "conditions_per_round is \(shown), but there are only \(units) to draw from"
                        + (arm.map { " in arm \($0.name)" } ?? "")
                        + "; an exclusion condition and its twin count as one")
            }
        }
        if let redirect = recruitment?.redirect {
            check(
                redirect.hasPrefix("https://") && redirect.contains("{code}") && URL(string: redirect.replacing("{code}", with: "X")) != nil,
                ["recruitment", "redirect"], "recruitment.redirect must be an https address with {code} in it")
        }
        for (index, attention) in (attentionChecks ?? []).enumerated() where attention.round > rounds {
            check(
                false, ["attention_checks", "\(index + 1)"],
                "attention_checks.\(index + 1): there is no round \(attention.round), only \(rounds)")
        }
        if let inclusion {
            check(
                inclusion.rounds <= rounds, ["inclusion", "rounds"],
                "inclusion.rounds is \(inclusion.rounds), but a group has only \(rounds)")
            let largest = groups.sizes.max() ?? 0
            check(
                inclusion.members <= largest, ["inclusion", "members"],
                "inclusion.members is \(inclusion.members), but a group has at most \(largest)")
        }
        if let recruitment {
            check(
                recruitment.attributes == nil || recruitment.source == .platform, ["recruitment", "attributes"],
                "recruitment.attributes are attached to ids of a platform; they need source: platform")
            check(
                recruitment.excludedStudies == nil || recruitment.source == .platform,
                ["recruitment", "excluded_studies"],
                "recruitment.excluded_studies knows people by their ids on a platform; it needs source: platform")
        }
        for kind in Surveys.Kind.allCases {
            let questions = surveys?.listed(kind) ?? []
            for (index, question) in questions.enumerated() {
                let path = ["surveys", kind.rawValue, "\(index + 1)"]
                let earlier = questions[..<index]
                for conflict in question.conflicts(after: Array(earlier), in: kind) {
                    check(false, path, "question \(question.key): \(conflict)")
                }
            }
        }
        let stances = surveys?.stanceQuestions(.entry) ?? []
        check(
            stances.count <= rounds && Set(stances).count == stances.count, ["surveys", "entry"],
            "surveys.entry asks for stances on \(stances.count) questions, each of which needs a round of its own")
        for (index, question) in (comprehension?.questions ?? []).enumerated() {
            let path = ["comprehension", "questions", "\(index + 1)"]
            check(
                question.options.contains(question.answer), path,
                "question \(question.key): the answer is not one of its options")
            check(
                !(comprehension?.questions ?? [])[..<index].contains { $0.key == question.key }, path,
                "question \(question.key) is listed twice")
        }
        return found
    }
}
