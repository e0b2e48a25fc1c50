// Screens question sets, and keeps what people decide about what was flagged.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// The flagged questions of a database.
public struct QuestionFlags: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// What a person may decide.
    public enum Decision: String, Codable, Sendable, CaseIterable {
        case keep, retire
    }

    /// What a screening found.
    public struct Outcome: Codable, Sendable {
        public let questions: Int
        /// Flagged by either way.
        public let flagged: Int
        public let byWords: Int
        public let byModel: Int
        /// Of the flagged, those in whose present wording a person has seen no fault before.
        public let undecided: Int
    }

    /// Screens the newest version of a set and flags what a person should look at. Nothing is decided; a wording that a
    /// person has decided about stays decided.
    /// - Parameters:
    ///   - model: nil goes by the word list alone.
    ///   - share: the share of the questions, 0 to 1, that are flagged for the model's highest scores.
    ///   - actor: whom to write down in the log; nil for a job, which is in it since it was asked for.
    public func screen(
        _ name: String, with model: LanguageModel?, share: Double, by author: String? = nil,
        logging actor: AuditLog.Actor? = nil, progress: (@Sendable (_ done: Int, _ of: Int) -> Void)? = nil
    ) async throws -> Outcome {
        let row = try await QuestionSets.row(of: name, nil, in: database)
        let questions = try await QuestionSets.questions(ofVersion: row.id, in: database)
        let screen = QuestionScreen(model: model)
        let findings = try await screen.findings(on: questions.map(\.wording), share: share, progress: progress)
        let flagged = zip(questions, findings).filter(\.1.isFlagged)
        try await database.transaction { connection in
            guard
                let screening = try await connection.first(
                    """
                    INSERT INTO question_screenings (question_set_version_id, word_list_version, model, prompt_version,
                                                     share, questions, flagged, made_by)
                    VALUES (\(row.id), \(ScreeningWords.version), \(model.map { JSONB($0.facts) }), \(screen.prompt?.version),
                            \(share), \(Int32(questions.count)), \(Int32(flagged.count)), \(author))
                    RETURNING id
                    """, as: UUID.self)
            else { throw StudyError.unknownQuestionSet(name) }
            // What is flagged no more, and nobody has decided, goes.
            try await connection.execute(
                "DELETE FROM question_flags WHERE question_set_id = \(row.setID) AND decision IS NULL")
            try await connection.execute(
                """
                INSERT INTO question_flags (question_set_id, question_screening_id, key, question, finding)
                SELECT \(row.setID)::uuid, \(screening)::uuid, key, question, finding::jsonb
                FROM unnest(\(flagged.map(\.0.key))::text[], \(flagged.map(\.0.text))::text[],
                            \(flagged.map { JSONB($0.1) })::text[]) AS flagged (key, question, finding)
                ON CONFLICT (question_set_id, key, question)
                DO UPDATE SET question_screening_id = excluded.question_screening_id, finding = excluded.finding
                """)
            if let actor { try await AuditLog.record("questions.screen", by: actor, subject: name, in: connection) }
        }
        let undecided = try await list(of: name).count { $0.decision == nil }
        return Outcome(
            questions: questions.count, flagged: flagged.count, byWords: flagged.count { !$0.1.words.isEmpty },
            byModel: flagged.count { $0.1.isScoredHigh }, undecided: undecided)
    }

    /// The flagged questions that the newest version has in that wording, the undecided first, the likeliest first.
    public func list(of name: String) async throws -> [QuestionFlag] {
        let row = try await QuestionSets.row(of: name, nil, in: database)
        return try await database.rows(
            """
            SELECT f.id, f.key, f.question, f.finding, f.decision, f.decided_by, f.decided_at, s.created_at
            FROM question_flags f JOIN question_screenings s ON s.id = f.question_screening_id
                 JOIN questions q ON q.question_set_version_id = \(row.id) AND q.key = f.key AND q.question = f.question
            WHERE f.question_set_id = \(row.setID)
            ORDER BY f.decision IS NOT NULL, (f.finding ->> 'score')::float8 DESC NULLS LAST, q.position
            """, as: QuestionFlag.self)
    }

    /// Keeps what a person decided. `retire` takes the question out of the set, as a new version.
    /// - Throws: ``QuestionSetError``, also where the question is not what was flagged any more; nothing has then been changed.
    public func decide(
        _ id: UUID, _ decision: Decision, in name: String, by actor: AuditLog.Actor = .commandLine
    ) async throws {
        try await database.transaction { connection in
            let flag = try await Self.present(id, of: name, in: connection)
            guard flag.decision == nil else { throw QuestionSetError.decidedAlready }
            try await connection.execute(
                """
                UPDATE question_flags
                SET decision = \(decision.rawValue), decided_by = \(actor.user?.name), decided_at = now()
                WHERE id = \(id)
                """)
            guard decision == .retire else {
                return try await AuditLog.record(
                    "questions.keep", by: actor, subject: name, details: ["id": flag.key], in: connection)
            }
            _ = try await QuestionSets.change(
                name, .init("retire", "Retired \(flag.key) after screening.", ["ids": flag.key]), knowing: nil, by: actor,
                in: connection
            ) { questions in questions.removeAll { $0.key == flag.key } }
        }
    }

    /// Takes a decision about a question that is in the set back, so that it waits again. Where nothing was decided, nothing
    /// is done.
    /// - Throws: ``QuestionSetError``, also where the question is not what was flagged any more.
    public func reopen(_ id: UUID, in name: String, by actor: AuditLog.Actor = .commandLine) async throws {
        try await database.transaction { connection in
            let flag = try await Self.present(id, of: name, in: connection)
            guard flag.decision != nil else { return }
            try await connection.execute(
                "UPDATE question_flags SET decision = NULL, decided_by = NULL, decided_at = NULL WHERE id = \(id)")
            try await AuditLog.record(
                "questions.reopen", by: actor, subject: name, details: ["id": flag.key], in: connection)
        }
    }

    /// A flag whose question the newest version has in the wording that was flagged. Locks the set, and the flag.
    private static func present(
        _ id: UUID, of name: String, in connection: Connection
    ) async throws -> (key: String, decision: String?) {
        let setID = try await QuestionSets.row(of: name, nil, in: connection).setID
        try await connection.execute("SELECT FROM question_sets WHERE id = \(setID) FOR UPDATE")
        guard
            let flag = try await connection.first(
                "SELECT key, question, decision FROM question_flags WHERE id = \(id) AND question_set_id = \(setID) FOR UPDATE",
                as: (String, String, String?).self)
        else { throw QuestionSetError.unknownFlag }
        let newest = try await QuestionSets.row(of: name, nil, in: connection)
        let question = try await connection.first(
            "SELECT question FROM questions WHERE question_set_version_id = \(newest.id) AND key = \(flag.0)", as: String.self)
        guard question == flag.1 else { throw QuestionSetError.changedMeanwhile(set: name, version: newest.version) }
        return (flag.0, flag.2)
    }
}
