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

    /// The questions of `kind` as people answer them: of a stance, one for each position statement.
    /// - Parameter statements: the position statements of the questions that stances are about, where they are to be read.
    func questions(_ kind: Kind, about statements: [String: PositionStatements] = [:]) -> [SurveyQuestion] {
        listed(kind).flatMap { $0.asked(about: $0.question.flatMap { statements[$0] }) }
    }

    /// The keys that answers to `kind` have in the data, in the order in which people are asked.
    public func keys(of kind: Kind) -> [String] { questions(kind).map(\.key) }

    /// The questions of the question set whose position statements people are asked about in `kind`, by their keys.
    func stanceQuestions(_ kind: Kind) -> [String] {
        listed(kind).compactMap(\.question)
    }

    /// The questions of `kind` as the study file lists them.
    func listed(_ kind: Kind) -> [SurveyQuestion] {
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
        questions(.entry).allSatisfy { question in answers[question.key].map(question.isEligible) ?? true }
    }
}
