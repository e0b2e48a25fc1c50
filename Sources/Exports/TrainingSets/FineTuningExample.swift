// One line of sft.jsonl.

import Consensus
import Foundation
import Studies

/// A statement that a model is to learn to write. `prompt` and `completion` are what TRL's SFTTrainer reads
/// ("prompt-completion", as texts); together they are the text that Concord's mediator draws from a model that does not chat,
/// so a model fine-tuned on them can be registered and used as it is. The rest says where the example comes from.
struct FineTuningExample: Codable, Equatable, Sendable {
    let prompt: String
    let completion: String
    let split: TrainingSplit
    let groupID: String
    let roundID: String
    let questionID: String
    let question: String
    let questionSplit: Split
    let statementID: String
    let condition: String
    /// Means of the ratings, 1 to 7.
    let agreement: Double
    let quality: Double
    let raters: Int
    /// What in the texts may identify somebody (``Identifying``); empty where nothing may.
    let mayIdentify: String

    enum CodingKeys: String, CodingKey {
        case prompt, completion, split
        case groupID = "group_id"
        case roundID = "round_id"
        case questionID = "question_id"
        case question
        case questionSplit = "question_split"
        case statementID = "statement_id"
        case condition, agreement, quality, raters
        case mayIdentify = "may_identify"
    }

    static let fields = [
        ArrowField("prompt", .string, "the question and the opinions that went in: the prompt `zero-shot` of a model that does not chat"),
        ArrowField("completion", .string, "the statement, a space before it"),
        ArrowField("split", .string, "`train`, `validation` or `test`; they share neither group nor question"),
        ArrowField("group_id", .string, "the group"), ArrowField("round_id", .string, "the round"),
        ArrowField("question_id", .string, "the question's id in its file"), ArrowField("question", .string, "the question"),
        ArrowField("question_split", .string, "the split that its question set puts it into; the strictest, where versions of it differ"),
        ArrowField("statement_id", .string, "the statement"), ArrowField("condition", .string, "the study's condition"),
        ArrowField("agreement", .number, "the mean of the agreement ratings that count, 1 to 7"),
        ArrowField("quality", .number, "the mean of their quality ratings, 1 to 7"),
        ArrowField("raters", .integer, "how many ratings that is"),
        ArrowField("may_identify", .string, Identifying.meaning(of: "`prompt` and `completion`")),
    ]

    /// The text before a statement: the prompt `zero-shot` for models that go on with a text, up to where the statement
    /// begins.
    static func prompt(question: String, opinions: [String]) throws -> String {
        let template = try PromptTemplate.named("zero-shot", form: .text)
        let text = template.messages(question: question, opinions: opinions).map(\.text).joined()
        let opening = template.opening.isEmpty ? "" : " " + template.opening
        return text.hasSuffix(opening) ? String(text.dropLast(opening.count)) : text
    }
}
