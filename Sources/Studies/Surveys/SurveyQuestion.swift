// A question of a survey, as a study file states it.

/// One question of an entry, round or exit survey.
public struct SurveyQuestion: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// A point of a scale from 1, whose ends have words.
        case scale
        /// One of several options, or several of them.
        case choice
        case number
        case text
        /// Agreement with the two position statements of a question of the question set, which is then the group's first.
        case stance
    }

    /// The condition under which a question is shown.
    public struct ShownIf: Codable, Sendable, Equatable {
        /// The key of an earlier question of the same survey.
        public var question: String
        /// Any of these answers; a scale's or a number's as it is written.
        public var `is`: [String]
    }

    /// Its name in the data.
    public var key: String
    public var kind: Kind
    public var text: String
    /// Whether it may be left out.
    public var optional: Bool?
    public var shownIf: ShownIf?
    /// For a choice.
    public var options: [String]?
    /// Whether several options may be chosen.
    public var several: Bool?
    /// For a scale: how many points, 2 to 11; 7 if nil.
    public var points: Int?
    /// For a scale: the words at point 1 and at the last point.
    public var low: String?
    public var high: String?
    /// For a number.
    public var minimum: Double?
    public var maximum: Double?
    /// For a text; 1,000 if nil.
    public var maximumCharacters: Int?
    /// Answers with which somebody does not take part: options, or points of a scale. Entry survey only.
    public var screenOut: [String]?
    /// The numbers with which somebody takes part. Entry survey only.
    public var eligibleFrom: Double?
    public var eligibleTo: Double?
    /// For a stance: the question's key in the question set. Entry survey only.
    public var question: String?

    enum CodingKeys: String, CodingKey {
        case key, kind, text, optional
        case shownIf = "shown_if"
        case options, several, points, low, high, minimum, maximum
        case maximumCharacters = "maximum_characters"
        case screenOut = "screen_out"
        case eligibleFrom = "eligible_from"
        case eligibleTo = "eligible_to"
        case question
    }

    var scalePoints: Int { points ?? 7 }
    var longestText: Int { maximumCharacters ?? 1_000 }
    var isScreening: Bool { screenOut != nil || eligibleFrom != nil || eligibleTo != nil }

    /// What in the question does not go together, as sentences.
    /// - Parameter earlier: the questions before it in the same survey.
    func conflicts(after earlier: [SurveyQuestion], in survey: Surveys.Kind) -> [String] {
        var found: [String] = []
        func check(_ holds: Bool, _ problem: String) {
            if !holds { found.append(problem) }
        }
        check(Set(earlier.flatMap(\.keys)).isDisjoint(with: keys), "its key is there twice")
        check((kind == .stance) == (question != nil), "question is for a stance, which needs the key of one")
        check(kind != .stance || survey == .entry, "a stance is for the entry survey")
        check((kind == .choice) == (options != nil), "options are for a choice, which needs them")
        check(Set(options ?? []).count == (options ?? []).count, "an option is there twice")
        check(several == nil || kind == .choice, "several is for a choice")
        check(
            kind == .scale ? low != nil && high != nil : points == nil && low == nil && high == nil,
            "low and high, and points, are for a scale, which needs the words at its two ends")
        check(
            kind == .number || (minimum == nil && maximum == nil && eligibleFrom == nil && eligibleTo == nil),
            "minimum, maximum, eligible_from and eligible_to are for a number")
        check((minimum ?? -.infinity) <= (maximum ?? .infinity), "minimum is above maximum")
        check((eligibleFrom ?? -.infinity) <= (eligibleTo ?? .infinity), "eligible_from is above eligible_to")
        check(maximumCharacters == nil || kind == .text, "maximum_characters is for a text")
        check(!isScreening || survey == .entry, "only the entry survey decides who takes part")
        if let screenOut {
            check(kind == .choice || kind == .scale, "screen_out is for a choice or a scale")
            let possible = kind == .scale ? (1...scalePoints).map(String.init) : options ?? []
            for answer in screenOut where !possible.contains(answer) {
                check(false, "screen_out names \(answer), which is not one of its answers")
            }
        }
        if let shownIf {
            check(
                earlier.contains { $0.keys.contains(shownIf.question) },
                "shown_if names \(shownIf.question), which is not an earlier question of this survey")
        }
        return found
    }

    /// The keys of its answers: its own, or for a stance one for each position statement.
    var keys: [String] { asked(about: nil).map(\.key) }

    /// The question as people answer it: a stance is two scales, for the affirming and for the negating statement.
    func asked(about statements: PositionStatements?) -> [SurveyQuestion] {
        guard kind == .stance else { return [self] }
        func scale(_ side: String, _ statement: String?) -> SurveyQuestion {
            var scale = self
            scale.key = "\(key)_\(side)"
            scale.kind = .scale
            scale.question = nil
            scale.text = statement.map { "\(text) “\($0)”" } ?? text
            (scale.low, scale.high) = ("Strongly disagree", "Strongly agree")
            return scale
        }
        return [scale("affirming", statements?.affirming), scale("negating", statements?.negating)]
    }

    /// Whether the question is put to somebody who has given `answers` to those before it.
    func isShown(after answers: [String: SurveyAnswer]) -> Bool {
        guard let shownIf else { return true }
        return answers[shownIf.question]?.words.contains(where: shownIf.is.contains) ?? false
    }

    /// Whether somebody with this answer takes part.
    func isEligible(_ answer: SurveyAnswer) -> Bool {
        if let screenOut, answer.words.contains(where: screenOut.contains) { return false }
        if case .number(let number) = answer {
            return number >= (eligibleFrom ?? -.infinity) && number <= (eligibleTo ?? .infinity)
        }
        return true
    }

    /// The answer as it is kept.
    /// - Throws: ``StudyError/badSurveyAnswer(question:reason:)``.
    func checked(_ answer: SurveyAnswer) throws(StudyError) -> SurveyAnswer {
        func refuse(_ reason: String) -> StudyError { .badSurveyAnswer(question: text, reason: reason) }
        switch (kind, answer) {
        case (.scale, .number(let point)):
            guard point == point.rounded(), (1...Double(scalePoints)).contains(point) else {
                throw refuse("choose a point from 1 to \(scalePoints)")
            }
            return answer
        case (.choice, .text(let option)) where several != true:
            guard (options ?? []).contains(option) else { throw refuse("choose one of the options") }
            return answer
        case (.choice, .several(let chosen)) where several == true:
            guard !chosen.isEmpty, Set(chosen).count == chosen.count, chosen.allSatisfy((options ?? []).contains) else {
                throw refuse("choose one or more of the options")
            }
            return .several((options ?? []).filter(chosen.contains))
        case (.number, .number(let number)):
            guard number.isFinite, number >= (minimum ?? -1e15), number <= (maximum ?? 1e15) else {
                let bounds = [minimum.map { "at least \($0.formatted())" }, maximum.map { "at most \($0.formatted())" }]
                throw refuse("the number must be \(bounds.compactMap(\.self).joined(separator: " and "))")
            }
            return answer
        case (.text, .text(let raw)):
            let words = OpinionText(raw).text
            guard !words.isEmpty else { throw refuse("please write something") }
            guard words.unicodeScalars.count <= longestText else {
                throw refuse("please write at most \(longestText) characters")
            }
            return .text(words)
        default: throw refuse("the answer is of the wrong kind")
        }
    }
}
