// Notes on a study. They are kept as they were written.

import Foundation
import Postgres

/// The notes of a database's studies.
public struct StudyNotes: Sendable {
    public struct Note: Codable, Sendable {
        public let id: Int64
        /// Who wrote it; nil for the command line.
        public let user: String?
        public let text: String
        public let createdAt: Date
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Adds a note.
    /// - Throws: ``StudyError/emptyNote`` also when it is too long.
    public func add(_ text: String, to study: UUID, by actor: AuditLog.Actor) async throws {
        let words = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard (1...10_000).contains(words.count), !words.unicodeScalars.contains("\0") else { throw StudyError.emptyNote }
        try await database.transaction { connection in
            try await connection.execute(
                "INSERT INTO study_notes (study_id, user_id, text) VALUES (\(study), \(actor.user?.id), \(words))")
            try await AuditLog.record("study.note", by: actor, study: study, in: connection)
        }
    }

    /// The notes on a study, newest first.
    public func list(of study: UUID) async throws -> [Note] {
        try await database.rows(
            """
            SELECT n.id, u.name AS user, n.text, n.created_at FROM study_notes n LEFT JOIN users u ON u.id = n.user_id
            WHERE n.study_id = \(study) ORDER BY n.id DESC
            """, as: Note.self)
    }
}
