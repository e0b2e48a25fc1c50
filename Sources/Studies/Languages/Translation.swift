// A study's own texts in another language, as a study file states them.

/// What participants read of a study, in one more language. What is left out stays in the study's own.
public struct Translation: Codable, Sendable, Equatable {
    public struct Texts: Codable, Sendable, Equatable {
        public var consent: [String]?
        public var instructions: [String]?
        public var debriefing: [String]?
    }

    /// A question of a survey, or on the instructions. Answers are kept in the study's own language.
    public struct Question: Codable, Sendable, Equatable {
        public var key: String
        public var text: String?
        /// In the order of the question's own options.
        public var options: [String]?
        public var low: String?
        public var high: String?
        public var hint: String?
    }

    public var title: String?
    /// What the study says of payment.
    public var payment: String?
    public var texts: Texts?
    public var questions: [Question]?

    func question(_ key: String) -> Question? { questions?.first { $0.key == key } }
}
