// Which people are meant, as a study file states it.

/// A test of what is known of a person before the rounds: an answer to the entry survey, or an attribute attached to
/// their id on a platform.
public struct Criterion: Codable, Sendable, Equatable {
    /// The key of a question of the entry survey; of a stance, with `_affirming` or `_negating` after it.
    public var question: String?
    /// The name of an attribute.
    public var attribute: String?
    /// Any of these answers; a scale's or a number's as it is written.
    public var `is`: [String]?
    /// A number from here …
    public var from: Double?
    /// … to here, both included.
    public var to: Double?

    /// Whether it holds for somebody. It does not for those of whom nothing is known.
    func holds(for profile: Profile) -> Bool {
        let words: [String]
        if let question {
            words = profile.answers[question]?.words ?? []
        } else {
            words = attribute.flatMap { profile.attributes[$0] }.map { [$0] } ?? []
        }
        if let `is` { return words.contains(where: `is`.contains) }
        return words.compactMap(Double.init).contains { $0 >= (from ?? -.infinity) && $0 <= (to ?? .infinity) }
    }

    /// Whether nobody can meet both this and `other`, as far as can be told from what they say.
    func excludes(_ other: Criterion, in settings: StudySettings) -> Bool {
        guard question == other.question, attribute == other.attribute else { return false }
        if settings.surveys?.questions(.entry).first(where: { $0.key == question })?.several == true { return false }
        if let mine = `is`, let others = other.is { return Set(mine).isDisjoint(with: others) }
        guard `is` == nil, other.is == nil else { return false }
        return (from ?? -.infinity) > (other.to ?? .infinity) || (other.from ?? -.infinity) > (to ?? .infinity)
    }

    /// What in it does not go together with the rest of the study.
    func conflicts(in settings: StudySettings) -> [String] {
        var found: [String] = []
        if (question == nil) == (attribute == nil) { found.append("needs either a question or an attribute") }
        if (`is` == nil) == (from == nil && to == nil) { found.append("needs either is, or from and to") }
        if (from ?? -.infinity) > (to ?? .infinity) { found.append("from is above to") }
        if let attribute, settings.recruitment?.attributes?.contains(attribute) != true {
            found.append("there is no attribute \(attribute) in recruitment.attributes")
        }
        guard let question else { return found }
        guard let asked = settings.surveys?.questions(.entry).first(where: { $0.key == question }) else {
            found.append("there is no question \(question) in the entry survey")
            return found
        }
        switch asked.kind {
        case .choice, .scale:
            let possible = asked.kind == .scale ? (1...asked.scalePoints).map(String.init) : asked.options ?? []
            for answer in `is` ?? [] where !possible.contains(answer) {
                found.append("\(answer) is not one of the answers to \(question)")
            }
            if asked.kind == .choice, from != nil || to != nil { found.append("from and to are for numbers and scales") }
        case .number, .stance: break
        case .text: found.append("\(question) is a text; only a choice, a scale or a number can be counted by")
        }
        return found
    }
}
