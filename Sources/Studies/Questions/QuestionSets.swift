// Question sets in the database. Versions are only ever added.

import Foundation
import Postgres

/// The question sets of a database.
public struct QuestionSets: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Stores `questions` as the newest version of the set `name`, making the set if it is new. The same questions as
    /// the newest version add nothing.
    /// - Returns: the version that now holds them, from 1, and whether it is new.
    /// - Throws: ``StudyError/badName(_:)``, `PostgresError`.
    public func store(_ questions: [Question], as name: String) async throws -> (version: Int, isNew: Bool) {
        guard Name.isValid(name) else { throw StudyError.badName(name) }
        return try await database.transaction { connection in
            try await connection.execute(
                "INSERT INTO question_sets (name) VALUES (\(name)) ON CONFLICT (name) DO NOTHING")
            guard
                let setID = try await connection.first(
                    "SELECT id FROM question_sets WHERE name = \(name) FOR UPDATE", as: UUID.self)
            else { throw StudyError.unknownQuestionSet(name) }

            let newest = try await connection.first(
                """
                SELECT id, version FROM question_set_versions
                WHERE question_set_id = \(setID) ORDER BY version DESC LIMIT 1
                """, as: (UUID, Int32).self)
            if let newest, try await Self.questions(ofVersion: newest.0, in: connection) == questions {
                return (Int(newest.1), false)
            }

            let version = (newest?.1 ?? 0) + 1
            guard
                let versionID = try await connection.first(
                    """
                    INSERT INTO question_set_versions (question_set_id, version) VALUES (\(setID), \(version))
                    RETURNING id
                    """, as: UUID.self)
            else { throw StudyError.unknownQuestionSet(name) }
            try await connection.execute(
                """
                INSERT INTO questions (question_set_version_id, position, key, question, affirming_statement,
                                       negating_statement, topic, split)
                SELECT \(versionID)::uuid, row.position, row.key, row.question, row.affirming, row.negating, row.topic,
                       row.split
                FROM unnest(\(questions.map(\.key))::text[], \(questions.map(\.text))::text[],
                            \(questions.map(\.affirmingStatement))::text[],
                            \(questions.map(\.negatingStatement))::text[], \(questions.map(\.topic))::text[],
                            \(questions.map(\.split.rawValue))::text[])
                     WITH ORDINALITY AS row (key, question, affirming, negating, topic, split, position)
                """)
            return (Int(version), true)
        }
    }

    /// The questions of the newest version of the set `name`, in the order of its file.
    /// - Throws: ``StudyError/unknownQuestionSet(_:)``, `PostgresError`.
    public func questions(of name: String) async throws -> [Question] {
        guard
            let versionID = try await database.first(
                """
                SELECT v.id FROM question_sets s JOIN question_set_versions v ON v.question_set_id = s.id
                WHERE s.name = \(name) ORDER BY v.version DESC LIMIT 1
                """, as: UUID.self)
        else { throw StudyError.unknownQuestionSet(name) }
        return try await Self.questions(ofVersion: versionID, in: database)
    }

    /// Every set with its newest version and how many questions that has.
    public func list() async throws -> [QuestionSetSummary] {
        try await database.rows(
            """
            SELECT DISTINCT ON (s.name) s.name, v.version,
                   (SELECT count(*) FROM questions q WHERE q.question_set_version_id = v.id) AS questions,
                   v.created_at
            FROM question_sets s JOIN question_set_versions v ON v.question_set_id = s.id
            ORDER BY s.name, v.version DESC
            """, as: QuestionSetSummary.self)
    }

    private static func questions(
        ofVersion id: UUID, in session: some PostgresSession
    ) async throws -> [Question] {
        try await session.query(
            """
            SELECT key, question, affirming_statement, negating_statement, topic, split
            FROM questions WHERE question_set_version_id = \(id) ORDER BY position
            """, as: (String, String, String, String, String, String).self
        ).compactMap { row in
            Split(rawValue: row.5).map {
                Question(
                    key: row.0, text: row.1, affirmingStatement: row.2, negatingStatement: row.3, topic: row.4,
                    split: $0)
            }
        }
    }
}
