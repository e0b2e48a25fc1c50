// One line of preferences.jsonl.

import Consensus
import Studies

/// Two statements of a round, of which one member agreed more with one. `prompt`, `chosen` and `rejected` are what TRL's
/// RewardTrainer reads ("preference", as texts); a prompt with an answer is the text that Concord reads with a reward model
/// made elsewhere (``Consensus/ScoredPreference``), so a model trained on them can be registered and used as it is. The rest
/// is what `concord model import-ratings` reads back.
struct PreferencePair: Codable, Equatable, Sendable {
    let prompt: String
    let chosen: String
    let rejected: String
    let split: TrainingSplit
    let groupID: String
    let roundID: String
    let participantID: String
    let questionID: String
    let question: String
    let questionSplit: Split
    /// The member's.
    let opinion: String
    let chosenStatementID: String
    let rejectedStatementID: String
    let chosenCondition: String
    let rejectedCondition: String
    /// 1 to 7.
    let chosenAgreement: Int
    let rejectedAgreement: Int
    let chosenQuality: Int
    let rejectedQuality: Int
    /// What in the texts may identify somebody (``Identifying``); empty where nothing may.
    let mayIdentify: String

    enum CodingKeys: String, CodingKey {
        case prompt, chosen, rejected, split
        case groupID = "group_id"
        case roundID = "round_id"
        case participantID = "participant_id"
        case questionID = "question_id"
        case question
        case questionSplit = "question_split"
        case opinion
        case chosenStatementID = "chosen_statement_id"
        case rejectedStatementID = "rejected_statement_id"
        case chosenCondition = "chosen_condition"
        case rejectedCondition = "rejected_condition"
        case chosenAgreement = "chosen_agreement"
        case rejectedAgreement = "rejected_agreement"
        case chosenQuality = "chosen_quality"
        case rejectedQuality = "rejected_quality"
        case mayIdentify = "may_identify"
    }

    static let fields = [
        ArrowField("prompt", .string, "the question and the member's opinion"),
        ArrowField("chosen", .string, "the statement they agreed with more, a space before it"),
        ArrowField("rejected", .string, "the one they agreed with less, a space before it"),
        ArrowField("split", .string, "`train`, `validation` or `test`; they share neither group nor question"),
        ArrowField("group_id", .string, "the group"), ArrowField("round_id", .string, "the round"),
        ArrowField("participant_id", .string, "the member"),
        ArrowField("question_id", .string, "the question's id in its file"), ArrowField("question", .string, "the question"),
        ArrowField("question_split", .string, "the split that its question set puts it into; the strictest, where versions of it differ"),
        ArrowField("opinion", .string, "the member's opinion"),
        ArrowField("chosen_statement_id", .string, "the statement they agreed with more"),
        ArrowField("rejected_statement_id", .string, "the one they agreed with less"),
        ArrowField("chosen_condition", .string, "the condition of the one"),
        ArrowField("rejected_condition", .string, "the condition of the other"),
        ArrowField("chosen_agreement", .integer, "how much they agreed with the one, 1 to 7"),
        ArrowField("rejected_agreement", .integer, "how much they agreed with the other, 1 to 7"),
        ArrowField("chosen_quality", .integer, "how good they found the one, 1 to 7"),
        ArrowField("rejected_quality", .integer, "how good they found the other, 1 to 7"),
        ArrowField("may_identify", .string, Identifying.meaning(of: "`prompt`, `chosen` and `rejected`")),
    ]

    /// What stands before a statement: the question and the member's opinion. The space before the statement belongs to the
    /// answer, as tokenizers want it.
    static func prompt(question: String, opinion: String) -> String {
        String(ScoredPreference.text(question: question, opinion: opinion, statement: "").dropLast())
    }
}
