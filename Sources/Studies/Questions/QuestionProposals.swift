// Questions that the model writes for a set. None of them is in the set before an admin says yes.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// The written questions of a database.
public struct QuestionProposals: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// What became of the draws.
    public struct Outcome: Codable, Sendable {
        public let wanted: Int
        /// How many wait for a yes now.
        public let proposed: Int
        public let malformed: Int
        public let duplicates: Int
    }

    /// How far the work is.
    public enum Progress: Sendable {
        case encoding(done: Int, of: Int)
        case writing(done: Int, of: Int)
    }

    /// Writes questions after the example of some of the set, position statements included, and proposes those that are
    /// well formed and ask nothing that the set, a retired question or another proposal asks.
    /// - Parameters:
    ///   - model: the one that writes.
    ///   - embedding: the one that finds what says the same in other words; nil compares words only.
    ///   - keys: the ids of the questions to go by.
    ///   - seed: below 2^53.
    ///   - actor: whom to write down in the log; nil for a job, which is in it since it was asked for.
    /// - Throws: ``QuestionSetError``, `ModelError`; `CancellationError` when the task is cancelled.
    public func write(
        _ count: Int, for name: String, after keys: [String], with model: LanguageModel, embedding: LanguageModel?,
        seed: UInt64, by author: String? = nil, logging actor: AuditLog.Actor? = nil,
        progress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> Outcome {
        let number = try QuestionSets.checked(seed)
        let row = try await QuestionSets.row(of: name, nil, in: database)
        let questions = try await QuestionSets.questions(ofVersion: row.id, in: database)
        let byKey = Dictionary(questions.map { ($0.key, $0) }) { first, _ in first }
        if let unknown = keys.first(where: { byKey[$0] == nil }) {
            throw QuestionSetError.unknownQuestion(unknown, set: name)
        }
        let seeds = keys.compactMap { byKey[$0] }
        guard !seeds.isEmpty else { throw QuestionSetError.noSeeds }
        let topics = Set(seeds.map(\.topic))
        let topic = topics.count == 1 ? topics.first ?? nil : nil
        let others = try await database.query(
            "SELECT question FROM question_proposals WHERE question_set_id = \(row.setID)", as: String.self)
        let retired = try await QuestionSets(database: database).retired(from: name).map(\.question.text)

        let writer = QuestionWriter(model: model)
        let encoder = embedding.map {
            QuestionEncoder($0, database: database) { progress?(.encoding(done: $0, of: $1)) }
        }
        let drafts = try await writer.write(
            count, after: seeds.map(\.wording), known: questions.map(\.text) + retired + others, encoder: encoder, seed: seed
        ) { progress?(.writing(done: $0, of: $1)) }
        let good = drafts.filter { $0.fault == nil }
        try await database.transaction { connection in
            guard
                let writing = try await connection.first(
                    """
                    INSERT INTO question_writings (question_set_version_id, seed_keys, wanted, seed, model, prompt,
                                                   prompt_version, sampling, drafts, made_by)
                    VALUES (\(row.id), \(keys), \(Int32(count)), \(number), \(JSONB(model.facts)),
                            \(writer.prompt.name), \(writer.prompt.version), \(JSONB(QuestionWriter.sampling)),
                            \(JSONB(drafts)), \(author))
                    RETURNING id
                    """, as: UUID.self)
            else { throw StudyError.unknownQuestionSet(name) }
            for (number, draft) in good.enumerated() {
                guard let text = draft.question else { continue }
                let words = ScreeningWords.standard.hits(in: text).map(\.word)
                try await connection.execute(
                    """
                    INSERT INTO question_proposals (question_set_id, question_writing_id, number, question,
                        affirming_statement, negating_statement, topic, nearest, similarity, words)
                    VALUES (\(row.setID), \(writing), \(Int32(number + 1)), \(text.question), \(text.affirming),
                            \(text.negating), \(topic), \(draft.nearest), \(draft.similarity), \(words))
                    """)
            }
            if let actor {
                try await AuditLog.record(
                    "questions.write", by: actor, subject: name, details: ["count": "\(count)"], in: connection)
            }
        }
        return Outcome(
            wanted: count, proposed: good.count, malformed: drafts.count { $0.fault == .malformed },
            duplicates: drafts.count { $0.fault == .duplicate })
    }

    /// The written questions of a set, the newest first.
    /// - Parameter decided: those that were decided, instead of those that wait.
    public func list(of name: String, decided: Bool = false) async throws -> [QuestionProposal] {
        let row = try await QuestionSets.row(of: name, nil, in: database)
        return try await database.rows(
            """
            SELECT p.id, p.question, p.affirming_statement, p.negating_statement, p.topic, p.nearest, p.similarity, p.words,
                   p.state, p.accepted_key, w.seed_keys, w.created_at
            FROM question_proposals p JOIN question_writings w ON w.id = p.question_writing_id
            WHERE p.question_set_id = \(row.setID) AND (p.state = 'pending') <> \(decided)
            ORDER BY w.created_at DESC, p.number
            """, as: QuestionProposal.self)
    }

    /// Says yes: the question joins the set as its last.
    /// - Parameters:
    ///   - wording: other words for it; nil takes it as it was written.
    ///   - key: its id in the set; nil makes one.
    /// - Returns: its id in the set and the new version.
    /// - Throws: ``QuestionSetError``; nothing has then been changed.
    public func accept(
        _ id: UUID, in name: String, wording: QuestionText? = nil, topic: String? = nil, key: String? = nil,
        by actor: AuditLog.Actor = .commandLine
    ) async throws -> (key: String, version: Int) {
        try await database.transaction { connection in
            let setID = try await QuestionSets.row(of: name, nil, in: connection).setID
            // The set's row first, as every change of it locks.
            try await connection.execute("SELECT FROM question_sets WHERE id = \(setID) FOR UPDATE")
            let row = try await Self.pending(id, of: setID, in: connection)
            let text = wording ?? row.text
            let retired = try await connection.query(
                """
                SELECT DISTINCT q.key FROM question_set_versions v JOIN questions q ON q.question_set_version_id = v.id
                WHERE v.question_set_id = \(setID)
                """, as: String.self)
            let used = Set(retired)
            let made = key ?? (1...).lazy.map { "new-\($0)" }.first { !used.contains($0) } ?? id.uuidString
            let question = Question(
                key: made, text: text.question, affirmingStatement: text.affirming, negatingStatement: text.negating,
                topic: topic ?? row.topic, split: nil
            ).trimmed
            if let problem = question.problems.first { throw QuestionSetError.badQuestion(problem) }
            let stored = try await QuestionSets.change(
                name, .init("accept", "Accepted \(question.key), which the model wrote.", ["id": question.key]), knowing: nil,
                by: actor, in: connection
            ) { questions in
                guard !questions.contains(where: { $0.key == question.key }) else {
                    throw QuestionSetError.questionExists(question.key, set: name)
                }
                questions.append(question)
            }
            try await connection.execute(
                """
                UPDATE question_proposals
                SET state = 'accepted', accepted_key = \(question.key), decided_by = \(actor.user?.name), decided_at = now()
                WHERE id = \(id)
                """)
            return (question.key, stored.version)
        }
    }

    /// Says no. The question stays known, so that it is not proposed again.
    public func reject(_ id: UUID, in name: String, by actor: AuditLog.Actor = .commandLine) async throws {
        try await database.transaction { connection in
            let setID = try await QuestionSets.row(of: name, nil, in: connection).setID
            _ = try await Self.pending(id, of: setID, in: connection)
            try await connection.execute(
                """
                UPDATE question_proposals SET state = 'rejected', decided_by = \(actor.user?.name), decided_at = now()
                WHERE id = \(id)
                """)
            try await AuditLog.record(
                "questions.reject", by: actor, subject: name, details: ["proposal": id.uuidString], in: connection)
        }
    }

    private static func pending(
        _ id: UUID, of setID: UUID, in connection: Connection
    ) async throws -> (text: QuestionText, topic: String?) {
        guard
            let row = try await connection.first(
                """
                SELECT state, question, affirming_statement, negating_statement, topic FROM question_proposals
                WHERE id = \(id) AND question_set_id = \(setID) FOR UPDATE
                """, as: (String, String, String, String, String?).self)
        else { throw QuestionSetError.unknownProposal }
        guard row.0 == "pending" else { throw QuestionSetError.decidedAlready }
        return (QuestionText(question: row.1, affirming: row.2, negating: row.3), row.4)
    }
}
