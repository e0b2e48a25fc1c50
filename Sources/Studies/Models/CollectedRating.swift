// One rating, as far as a preference model is concerned.

/// A member's agreement with a statement, beside their own opinion.
struct CollectedRating: Decodable, Sendable, Equatable {
    let groupId: String
    let roundId: String
    let participantId: String
    let question: String
    let split: String
    let opinion: String
    let statementId: String
    let statement: String
    let agreement: Int
}
