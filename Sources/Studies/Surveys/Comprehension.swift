// Questions that show whether the instructions were understood.

/// Comprehension questions, all of which have to be answered rightly before somebody enters the lobby.
public struct Comprehension: Codable, Sendable, Equatable {
    public struct Question: Codable, Sendable, Equatable {
        public var key: String
        public var text: String
        public var options: [String]
        /// The right one of the options. Never sent to a browser.
        public var answer: String
        /// What is said to somebody who answered it wrongly.
        public var hint: String?
    }

    /// How often somebody may try, 1 to 10.
    public var tries: Int
    public var questions: [Question]

    /// The keys of the questions that `answers` do not answer rightly, in order.
    func wrong(in answers: [String: String]) -> [String] {
        questions.filter { answers[$0.key] != $0.answer }.map(\.key)
    }
}
