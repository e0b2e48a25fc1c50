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

    enum CodingKeys: String, CodingKey {
        case prompt, completion, split
        case groupID = "group_id"
        case roundID = "round_id"
        case questionID = "question_id"
        case question
        case questionSplit = "question_split"
        case statementID = "statement_id"
        case condition, agreement, quality, raters
    }

    /// The text before a statement: the prompt `zero-shot` for models that go on with a text, up to where the statement
    /// begins.
    static func prompt(question: String, opinions: [String]) throws -> String {
        let template = try PromptTemplate.named("zero-shot", form: .text)
        let text = template.messages(question: question, opinions: opinions).map(\.text).joined()
        let opening = template.opening.isEmpty ? "" : " " + template.opening
        return text.hasSuffix(opening) ? String(text.dropLast(opening.count)) : text
    }
}
