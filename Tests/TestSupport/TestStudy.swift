// The files that tests make studies from.

import Foundation

/// A small study of one round, and the files of Examples/.
public enum TestStudy {
    /// The top folder of the project.
    public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    public static var demoFile: String { root.appending(path: "Examples/demo-study.yml").path(percentEncoded: false) }

    public static var questionsFile: String { root.appending(path: "Examples/questions.csv").path(percentEncoded: false) }

    /// The study file of `words`: people's own words only, which needs no model.
    public static func yaml(
        rounds: Int = 1, conditions: String = "- {name: human-opinion, source: human-opinion}"
    ) -> String {
        """
        name: words
        title: Words
        minutes: 5
        questions: {set: examples, split: train}
        rounds: \(rounds)
        groups: {size: 3, minimum: 3}
        opinion: {minimum_words: 3, maximum_characters: 500}
        time_limits: {lobby_minutes: 10, opinions_minutes: 10, drafting_minutes: 10, ratings_minutes: 10}
        conditions:
          \(conditions)
        texts: {consent: [Consent.], instructions: [Instructions.], debriefing: [Debriefing.]}
        completion: {code: DONE}
        """
    }
}
