// The training sets of a study: sft.jsonl and preferences.jsonl, each also part by part, and training-sets.json, which says
// what is in them.

import Foundation
import Postgres

/// Writes the training sets of one study, row by row.
public struct TrainingSets: Sendable {
    /// Takes some bytes of a file, in their order.
    public typealias Output = (_ file: String, _ bytes: [UInt8]) async throws -> Void

    private let study: UUID
    private let includingSynthetic: Bool
    private let options: TrainingSetOptions

    public init(of study: UUID, includingSynthetic: Bool, options: TrainingSetOptions = TrainingSetOptions()) {
        self.study = study
        self.includingSynthetic = includingSynthetic
        self.options = options
    }

    /// Writes the files, as the study is seen from `connection`.
    /// - Returns: what is in them; the same is in training-sets.json.
    /// - Throws: what `output` throws, `PostgresError`.
    public func write(in connection: Connection, to output: Output) async throws -> TrainingSetsReport {
        var report = TrainingSetsReport(options: options)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]

        var examples = LineFiles(name: "sft")
        for try await draft in JSONLines.read(
            RatedDraft.self, from: RatedDraft.rows(study: study, includingSynthetic: includingSynthetic), in: connection)
        {
            if let example = try example(of: draft, &report.statements) {
                try await examples.write(try encoder.encode(example), in: example.split, to: output)
            }
        }
        try await examples.end(to: output)

        var pairs = LineFiles(name: "preferences")
        for try await round in JSONLines.read(
            RatedRound.self, from: RatedRound.rows(study: study, includingSynthetic: includingSynthetic), in: connection)
        {
            for pair in self.pairs(of: round, &report.pairs) {
                try await pairs.write(try encoder.encode(pair), in: pair.split, to: output)
            }
        }
        try await pairs.end(to: output)

        report.rows = examples.rows.merging(pairs.rows) { one, _ in one }
        encoder.outputFormatting.insert(.prettyPrinted)
        try await output("training-sets.json", Array(try encoder.encode(report)) + [UInt8(ascii: "\n")])
        return report
    }

    private func example(
        of draft: RatedDraft, _ left: inout TrainingSetsReport.Statements
    ) throws -> FineTuningExample? {
        guard let agreement = draft.agreement, let quality = draft.quality else {
            left.unrated += 1
            return nil
        }
        guard agreement >= options.agreement, quality >= options.quality else {
            left.belowThreshold += 1
            return nil
        }
        guard draft.opinions.count == draft.opinionsRead else {
            left.opinionsDeleted += 1
            return nil
        }
        let question = AskedQuestion(question: draft.question, split: draft.questionSplit)
        guard let split = options.splits.part(of: question, inGroupAsked: draft.asked) else {
            left.betweenParts += 1
            return nil
        }
        return FineTuningExample(
            prompt: try FineTuningExample.prompt(question: draft.question, opinions: draft.opinions),
            completion: " " + draft.statement, split: split, groupID: draft.groupID, roundID: draft.roundID,
            questionID: draft.questionID, question: draft.question, questionSplit: draft.questionSplit,
            statementID: draft.statementID, condition: draft.condition, agreement: agreement, quality: quality,
            raters: draft.raters)
    }

    private func pairs(of round: RatedRound, _ left: inout TrainingSetsReport.Pairs) -> [PreferencePair] {
        let question = AskedQuestion(question: round.question, split: round.questionSplit)
        let split = options.splits.part(of: question, inGroupAsked: round.asked)
        var pairs: [PreferencePair] = []
        for (index, one) in round.ratings.enumerated() {
            for other in round.ratings[(index + 1)...] {
                guard one.agreement != other.agreement, one.statement != other.statement else {
                    left.tied += 1
                    continue
                }
                guard let split else {
                    left.betweenParts += 1
                    continue
                }
                let (chosen, rejected) = one.agreement > other.agreement ? (one, other) : (other, one)
                pairs.append(
                    PreferencePair(
                        prompt: PreferencePair.prompt(question: round.question, opinion: round.opinion),
                        chosen: " " + chosen.statement, rejected: " " + rejected.statement, split: split,
                        groupID: round.groupID, roundID: round.roundID, participantID: round.participantID,
                        questionID: round.questionID, question: round.question, questionSplit: round.questionSplit,
                        opinion: round.opinion, chosenStatementID: chosen.statementID,
                        rejectedStatementID: rejected.statementID, chosenCondition: chosen.condition,
                        rejectedCondition: rejected.condition, chosenAgreement: chosen.agreement,
                        rejectedAgreement: rejected.agreement, chosenQuality: chosen.quality,
                        rejectedQuality: rejected.quality))
            }
        }
        return pairs
    }
}
