// Everything a study file says. Plain values; checked as a whole by `problems`.

import Consensus
import Postgres

/// The settings of one version of a study.
public struct StudySettings: Codable, Sendable, Equatable {
    public struct Questions: Codable, Sendable, Equatable {
        /// The question set's name.
        public var set: String
        /// The split that rounds draw their questions from.
        public var split: Split
    }

    public struct Groups: Codable, Sendable, Equatable {
        /// Members wanted, 3 to 5.
        public var size: Int
        /// Members needed to start and to go on.
        public var minimum: Int
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
        public var draftingMinutes: Double
        public var ratingsMinutes: Double
        /// Until the debriefing counts as read and the part as done; 60 if nil.
        public var debriefingMinutes: Double?

        /// The interval of `debriefing_minutes` in SQL, where `settings` is the expression of a study's settings.
        static func debriefing(of settings: SQL) -> SQL {
            interval("debriefing_minutes", of: settings, otherwise: 60)
        }

        /// The interval of `instructions_minutes` in SQL.
        static func instructions(of settings: SQL) -> SQL {
            interval("instructions_minutes", of: settings, otherwise: 30)
        }

        private static func interval(_ key: String, of settings: SQL, otherwise: Double) -> SQL {
            """
            make_interval(secs => 60 * coalesce((\(sql: settings)->'time_limits'->>\(key))::float8, \(otherwise)))
            """
        }

        enum CodingKeys: String, CodingKey {
            case instructionsMinutes = "instructions_minutes"
            case debriefingMinutes = "debriefing_minutes"
            case lobbyMinutes = "lobby_minutes"
            case opinionsMinutes = "opinions_minutes"
            case draftingMinutes = "drafting_minutes"
            case ratingsMinutes = "ratings_minutes"
        }
    }

    /// What participants read, as paragraphs of plain text.
    public struct Texts: Codable, Sendable, Equatable {
        public var consent: [String]
        public var instructions: [String]
        public var debriefing: [String]
    }

    public struct Completion: Codable, Sendable, Equatable {
        /// The code a participant takes away at the end.
        public var code: String
        /// The code of somebody for whom no group came together; `code` if nil.
        public var waitingCode: String?
        /// The code of somebody whose group ended early, for which it is `code` if nil, or who chose to stop.
        public var partialCode: String?

        enum CodingKeys: String, CodingKey {
            case code
            case waitingCode = "waiting_code"
            case partialCode = "partial_code"
        }
    }

    public struct Dropouts: Codable, Sendable, Equatable {
        /// How many rounds in a row somebody may leave unanswered before they count as a dropout.
        public var missedRounds: Int

        enum CodingKeys: String, CodingKey {
            case missedRounds = "missed_rounds"
        }
    }

    public var name: String
    public var title: String
    /// How long taking part takes, as said to participants.
    public var minutes: Int
    public var questions: Questions
    public var rounds: Int
    public var groups: Groups
    public var opinion: Opinion
    public var timeLimits: TimeLimits
    /// Who counts as a dropout; after one missed round if nil.
    public var dropouts: Dropouts?
    public var conditions: [Condition]
    public var texts: Texts
    public var completion: Completion

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, title, minutes, questions, rounds, groups, opinion
        case timeLimits = "time_limits"
        case dropouts, conditions, texts, completion
    }

    /// Everything that is wrong with these settings, each as one sentence; empty when they are sound.
    public var problems: [String] {
        var found: [String] = []
        func check(_ holds: Bool, _ problem: @autoclosure () -> String) {
            if !holds { found.append(problem()) }
        }
        let nameRule = "use lower-case letters, digits and hyphens, at most 63"
        check(Name.isValid(name), "name \(name) is not usable: \(nameRule)")
        check(!title.isEmpty, "title is empty")
        check((1...600).contains(minutes), "minutes must be 1 to 600")
        check((1...20).contains(rounds), "rounds must be 1 to 20")
        check((3...5).contains(groups.size), "groups.size must be 3, 4 or 5")
        check((3...max(3, groups.size)).contains(groups.minimum), "groups.minimum must be 3 up to groups.size")
        check((0...200).contains(opinion.minimumWords), "opinion.minimum_words must be 0 to 200")
        check((200...10_000).contains(opinion.maximumCharacters), "opinion.maximum_characters must be 200 to 10000")
        let limits = [
            timeLimits.instructionsMinutes, timeLimits.lobbyMinutes, timeLimits.opinionsMinutes,
            timeLimits.draftingMinutes, timeLimits.ratingsMinutes, timeLimits.debriefingMinutes,
        ].compactMap(\.self)
        check(limits.allSatisfy { (0.05...1_440).contains($0) }, "each of time_limits must be 0.05 to 1440 minutes")
        check((1...20).contains(dropouts?.missedRounds ?? 1), "dropouts.missed_rounds must be 1 to 20")
        check(!texts.consent.isEmpty, "texts.consent is empty")
        check(!texts.instructions.isEmpty, "texts.instructions is empty")
        check(!texts.debriefing.isEmpty, "texts.debriefing is empty")
        let codes = [completion.code, completion.waitingCode, completion.partialCode].compactMap(\.self)
        check(codes.allSatisfy { (1...64).contains($0.count) }, "each code of completion must be 1 to 64 characters")
        check((1...16).contains(conditions.count), "conditions must list 1 to 16 conditions")
        for (index, condition) in conditions.enumerated() {
            let place = "condition \(condition.name)"
            check(Name.isValid(condition.name), "\(place): the name is not usable: \(nameRule)")
            check(!conditions[..<index].contains { $0.name == condition.name }, "\(place) is listed twice")
            check(condition.exclude >= 0, "\(place): exclude must be 0 or more")
            switch condition.source {
            case .model:
                check((1...64).contains(condition.candidates), "\(place): candidates must be 1 to 64")
                check(condition.select == .first, "\(place): select must be first for source model")
                if let prompt = condition.prompt {
                    let known = PromptTemplate.names
                    check(
                        known.contains(prompt),
                        "\(place): prompt \(prompt) is not one of \(known.joined(separator: ", "))")
                } else {
                    check(false, "\(place): prompt is missing")
                }
                if condition.exclude > 0 {
                    check(
                        groups.minimum - condition.exclude >= 2,
                        "\(place): leaving out \(condition.exclude) of \(groups.minimum) members leaves fewer than two")
                    check(
                        conditions.contains { condition.isExclusionTwin(of: $0) },
                        "\(place): needs a twin that differs only in exclude: 0, so that both are rated")
                }
            case .humanOpinion:
                check(condition.select == .random, "\(place): select must be random for source human-opinion")
                check(condition.exclude == 0, "\(place): exclude applies to source model only")
            }
        }
        return found
    }
}
