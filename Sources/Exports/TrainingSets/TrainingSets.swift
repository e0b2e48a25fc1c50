// The training sets of a study: sft.jsonl, preferences.jsonl, and training-sets.json, which says what is in them.

import Foundation
import Postgres

/// Writes the training sets of a study, row by row. They are always whole, also in a dump of what has changed: a model
/// cannot learn from differences.
public struct TrainingSets: DumpPart {
    private let options: TrainingSetOptions

    public init(_ options: TrainingSetOptions = TrainingSetOptions()) {
        self.options = options
    }

    /// The columns of its files, by their names without an ending.
    public static let fields: [(file: String, fields: [ArrowField])] = [
        ("sft", FineTuningExample.fields), ("preferences", PreferencePair.fields),
    ]

    public func expectedRows(from tables: [String: Int]) -> [String: Int] {
        // Each of a member's ratings is in a pair or two, unless it ties.
        ["preferences": tables["ratings"] ?? 0]
    }

    public func write(with writer: DumpWriter) async throws {
        var report = TrainingSetsReport(options: options)
        let labels = try await QuestionLabels.read(of: writer.study.id, in: writer.connection)
        try await writer.rows(
            "sft", "Statements for supervised fine-tuning, as TRL's SFTTrainer reads them.", fields: FineTuningExample.fields,
            as: [.jsonl]
        ) { file in
            for try await draft in Self.rows(RatedDraft.self, from: RatedDraft.rows(writer.scope), over: writer.connection) {
                guard let example = try example(of: draft, labels, &report.statements) else { continue }
                report.examples[example.split, default: 0] += 1
                try await file.append(example)
            }
        }
        try await writer.rows(
            "preferences", "Pairs of statements that one member told apart, as TRL's RewardTrainer reads them.",
            fields: PreferencePair.fields, as: [.jsonl]
        ) { file in
            for try await round in Self.rows(RatedRound.self, from: RatedRound.rows(writer.scope), over: writer.connection) {
                for pair in pairs(of: round, labels, &report.pairs) {
                    report.preferences[pair.split, default: 0] += 1
                    try await file.append(pair)
                }
            }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(report), as: UTF8.self) + "\n"
        try await writer.file(
            "training-sets.json", "The thresholds and parts of the training sets, and what was left out of them.",
            mediaType: "application/json"
        ) { try await $0.write(text) }
    }

    /// The rows of `query`, whose only column is a JSON object, a chunk at a time.
    private static func rows<Row: Decodable & Sendable>(
        _ type: Row.Type, from query: SQL, over connection: Connection
    ) -> AsyncThrowingFlatMapSequence<CopyOut, DecodedRows<Row>> {
        connection.copyOut(DumpFile.jsonCopy(of: query)).flatMap { try DecodedRows(lines: $0) }
    }

    private func example(
        of draft: RatedDraft, _ labels: QuestionLabels, _ left: inout TrainingSetsReport.Statements
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
        let question = labels.strictest(AskedQuestion(question: draft.question, split: draft.questionSplit))
        guard let split = options.splits.part(of: question, inGroupAsked: draft.asked.map(labels.strictest)) else {
            left.betweenParts += 1
            return nil
        }
        return FineTuningExample(
            prompt: try FineTuningExample.prompt(question: draft.question, opinions: draft.opinions),
            completion: " " + draft.statement, split: split, groupID: draft.groupID, roundID: draft.roundID,
            questionID: draft.questionID, question: draft.question, questionSplit: question.split,
            statementID: draft.statementID, condition: draft.condition, agreement: agreement, quality: quality,
            raters: draft.raters, mayIdentify: Identifying.union(draft.opinionsMayIdentify, draft.statementMayIdentify))
    }

    private func pairs(
        of round: RatedRound, _ labels: QuestionLabels, _ left: inout TrainingSetsReport.Pairs
    ) -> [PreferencePair] {
        guard !round.opinion.isEmpty else {
            left.opinionHidden += round.ratings.count * (round.ratings.count - 1) / 2
            return []
        }
        let question = labels.strictest(AskedQuestion(question: round.question, split: round.questionSplit))
        let split = options.splits.part(of: question, inGroupAsked: round.asked.map(labels.strictest))
        let prompt = PreferencePair.prompt(question: round.question, opinion: round.opinion)
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
                        prompt: prompt, chosen: " " + chosen.statement, rejected: " " + rejected.statement, split: split,
                        groupID: round.groupID, roundID: round.roundID, participantID: round.participantID,
                        questionID: round.questionID, question: round.question, questionSplit: question.split,
                        opinion: round.opinion, chosenStatementID: chosen.statementID,
                        rejectedStatementID: rejected.statementID, chosenCondition: chosen.condition,
                        rejectedCondition: rejected.condition, chosenAgreement: chosen.agreement,
                        rejectedAgreement: rejected.agreement, chosenQuality: chosen.quality,
                        rejectedQuality: rejected.quality,
                        mayIdentify: Identifying.union(round.mayIdentify, chosen.mayIdentify, rejected.mayIdentify)))
            }
        }
        return pairs
    }
}
