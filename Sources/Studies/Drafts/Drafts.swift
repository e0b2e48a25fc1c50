// Keeping what people type, every few seconds, until they send it.

import Foundation
import Postgres

/// The drafts of a database. One is there from the first word typed until the answer is accepted.
public struct Drafts: Sendable {
    /// The longest content, in bytes of UTF-8.
    static let longest = 100_000

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// What became of a draft that was sent.
    public struct Outcome: Codable, Sendable {
        /// The draft that is kept now.
        public var revision: Int
        /// What was saved from another page meanwhile; then nothing was changed.
        public var other: String?
    }

    /// Saves a draft over revision `base`, 0 for the first. The same content again changes nothing.
    /// - Parameter number: the round's, from 1, for what belongs to one.
    /// - Throws: ``StudyError/movedOn`` when its answer was given, or can no longer be.
    public func save(
        _ content: String, for participantID: UUID, about: UnsentDraft.About, round number: Int?, base: Int
    ) async throws -> Outcome {
        guard content.utf8.count <= Self.longest, !content.unicodeScalars.contains("\0") else {
            throw StudyError.tooLong(maximum: Self.longest, found: content.utf8.count)
        }
        guard let round = Int16(exactly: number ?? 0), let base = Int32(exactly: base), base >= 0 else {
            throw StudyError.notYet
        }
        return try await database.transaction { connection in
            guard try await isOpen(about, round: round, for: participantID, in: connection) else {
                throw StudyError.movedOn
            }
            let saved = try await connection.first(
                """
                INSERT INTO drafts AS d (participant_id, about, round, content, revision)
                VALUES (\(participantID), \(about.rawValue), \(round), \(content), \(base) + 1)
                ON CONFLICT (participant_id, about, round) DO UPDATE
                    SET content = EXCLUDED.content, revision = EXCLUDED.revision, saved_at = now()
                    WHERE d.revision = \(base)
                RETURNING revision
                """, as: Int32.self)
            if let saved { return Outcome(revision: Int(saved)) }
            guard let kept = try await Self.draft(of: participantID, about: about, round: number, in: connection) else {
                throw StudyError.movedOn
            }
            return Outcome(revision: kept.revision, other: kept.content == content ? nil : kept.content)
        }
    }

    /// Whether an answer of this kind can still be given. Locks what it depends on, shared with other drafts: whoever takes
    /// the answer has it alone, and deletes the draft.
    private func isOpen(
        _ about: UnsentDraft.About, round: Int16, for participantID: UUID, in connection: Connection
    ) async throws -> Bool {
        switch about {
        case .entry, .exit:
            return try await connection.first(
                "SELECT stage = \(about.rawValue) FROM participants WHERE id = \(participantID) FOR SHARE",
                as: Bool.self) ?? false
        case .opinion, .round:
            let row = try await connection.first(
                """
                SELECT r.id, r.phase FROM members m JOIN rounds r ON r.group_id = m.group_id AND r.number = \(round)
                WHERE m.participant_id = \(participantID) AND m.left_at IS NULL FOR SHARE OF r
                """, as: (UUID, String).self)
            guard let (roundID, phase) = row, phase == (about == .opinion ? "opinions" : "ratings") else { return false }
            // Looked for in a statement of its own, which sees what was committed while the lock was waited for.
            let isAnswered = try await connection.first(
                """
                SELECT EXISTS (SELECT FROM opinions WHERE round_id = \(roundID) AND participant_id = \(participantID)
                               AND \(about == .opinion))
                    OR EXISTS (SELECT FROM survey_responses
                               WHERE round_id = \(roundID) AND participant_id = \(participantID) AND \(about == .round))
                """, as: Bool.self)
            return isAnswered == false
        }
    }

    static func draft(
        of participantID: UUID, about: UnsentDraft.About, round number: Int?, in session: some PostgresSession
    ) async throws -> UnsentDraft? {
        let row = try await session.first(
            """
            SELECT content, revision FROM drafts
            WHERE participant_id = \(participantID) AND about = \(about.rawValue) AND round = \(Int32(number ?? 0))
            """, as: (String, Int32).self)
        return row.map { UnsentDraft(content: $0.0, revision: Int($0.1)) }
    }

    /// Deletes the participant's drafts: their answer is accepted, or their part over.
    static func delete(of participantID: UUID, about: UnsentDraft.About? = nil, in connection: Connection) async throws {
        try await connection.execute(
            """
            DELETE FROM drafts
            WHERE participant_id = \(participantID) AND about = coalesce(\(about?.rawValue)::text, about)
            """)
    }
}
