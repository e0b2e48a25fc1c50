// The surveys of a study.

/// Questions before the instructions, after the ratings of each round, and after the last round.
public struct Surveys: Codable, Sendable, Equatable {
    /// Which survey.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        case entry, round, exit
    }

    public var entry: [SurveyQuestion]?
    public var round: [SurveyQuestion]?
    public var exit: [SurveyQuestion]?

    /// The questions of `kind`.
    func questions(_ kind: Kind) -> [SurveyQuestion] {
        switch kind {
        case .entry: entry ?? []
        case .round: round ?? []
        case .exit: exit ?? []
        }
    }

    /// `answers` to the survey `kind`, as they are kept: those to questions that were shown.
    /// - Throws: ``StudyError/badSurveyAnswer(question:reason:)`` for the first answer that is missing or not usable.
    func checked(_ answers: [String: SurveyAnswer], to kind: Kind) throws(StudyError) -> [String: SurveyAnswer] {
        var kept: [String: SurveyAnswer] = [:]
        for question in questions(kind) where question.isShown(after: kept) {
            if let answer = answers[question.key] {
                kept[question.key] = try question.checked(answer)
            } else if question.optional != true {
                throw .badSurveyAnswer(question: question.text, reason: "please answer this question")
            }
        }
        return kept
    }

    /// Whether somebody with these answers to the entry survey takes part.
    func areEligible(_ answers: [String: SurveyAnswer]) -> Bool {
        (entry ?? []).allSatisfy { question in answers[question.key].map(question.isEligible) ?? true }
    }
}
