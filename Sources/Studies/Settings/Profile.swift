// What is known of a person before the rounds.

/// A person's answers to the entry survey, and the attributes attached to their id on a platform.
struct Profile: Sendable, Equatable {
    var answers: [String: SurveyAnswer] = [:]
    var attributes: [String: String] = [:]
}
