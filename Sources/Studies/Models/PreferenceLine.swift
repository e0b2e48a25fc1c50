// One line of the preferences.jsonl that a dump has, as far as a preference model is concerned.

import Foundation

/// Two ratings of one member in one round.
struct PreferenceLine: Decodable {
    let groupID: String
    let roundID: String
    let participantID: String
    let question: String
    /// What the pair is for: `train`, `validation` or `test`.
    let split: String
    let questionSplit: Split
    let opinion: String
    let chosen: String
    let rejected: String
    let chosenStatementID: String
    let rejectedStatementID: String
    let chosenAgreement: Int
    let rejectedAgreement: Int

    enum CodingKeys: String, CodingKey {
        case groupID = "group_id"
        case roundID = "round_id"
        case participantID = "participant_id"
        case question, split
        case questionSplit = "question_split"
        case opinion, chosen, rejected
        case chosenStatementID = "chosen_statement_id"
        case rejectedStatementID = "rejected_statement_id"
        case chosenAgreement = "chosen_agreement"
        case rejectedAgreement = "rejected_agreement"
    }

    /// The split that the ratings count in. A test question that its question set had for training is one that nobody
    /// trained on, of a topic that was: `iid_test`.
    private var ratedSplit: Split? {
        switch split {
        case "train": .train
        case "validation": .validation
        case "test": questionSplit == .oodTest ? .oodTest : .iidTest
        default: nil
        }
    }

    /// The two ratings; nil when a value is out of range.
    var ratings: [CollectedRating]? {
        guard let split = ratedSplit, (1...7).contains(chosenAgreement), (1...7).contains(rejectedAgreement) else { return nil }
        return [(chosenStatementID, chosen, chosenAgreement), (rejectedStatementID, rejected, rejectedAgreement)].map {
            CollectedRating(
                groupId: groupID, roundId: roundID, participantId: participantID, question: question, split: split.rawValue,
                opinion: opinion, statementId: $0, statement: $1.first == " " ? String($1.dropFirst()) : $1, agreement: $2)
        }
    }
}
