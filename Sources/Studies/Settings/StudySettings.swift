// Everything a study file says. Plain values; checked as a whole by `problems`.

import Consensus

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
        public var lobbyMinutes: Int
        public var opinionsMinutes: Int
        public var draftingMinutes: Int
        public var ratingsMinutes: Int

        enum CodingKeys: String, CodingKey {
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
    public var conditions: [Condition]
    public var texts: Texts
    public var completion: Completion

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, title, minutes, questions, rounds, groups, opinion
        case timeLimits = "time_limits"
        case conditions, texts, completion
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
            timeLimits.lobbyMinutes, timeLimits.opinionsMinutes, timeLimits.draftingMinutes, timeLimits.ratingsMinutes,
        ]
        check(limits.allSatisfy { (1...1_440).contains($0) }, "each of time_limits must be 1 to 1440 minutes")
        check(!texts.consent.isEmpty, "texts.consent is empty")
        check(!texts.instructions.isEmpty, "texts.instructions is empty")
        check(!texts.debriefing.isEmpty, "texts.debriefing is empty")
        check(!completion.code.isEmpty && completion.code.count <= 64, "completion.code must be 1 to 64 characters")
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
