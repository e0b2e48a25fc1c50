// Help: messages from participants, and the answers that arrive on their pages.

import Foundation
import Postgres

/// The messages of a database.
public struct Messages: Sendable {
    /// The longest message and the longest answer, in characters.
    static let longest = 2_000
    /// How many messages of one person may wait for an answer.
    static let mostOpen = 10

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// A participant writes to the study's admins.
    /// - Parameter key: drawn by the page; the same message sent again is stored once.
    /// - Throws: ``StudyError/emptyMessage``, ``StudyError/tooLong(maximum:found:)``, ``StudyError/tooManyMessages``.
    public func send(_ raw: String, key: UUID, from participantID: UUID) async throws {
        let text = try Self.checked(raw)
        try await database.transaction { connection in
            let known = try await connection.first(
                "SELECT true FROM messages WHERE participant_id = \(participantID) AND key = \(key)", as: Bool.self)
            if known == true { return }
            let open = try await connection.first(
                "SELECT count(*) FROM messages WHERE participant_id = \(participantID) AND answer IS NULL", as: Int.self)
            guard (open ?? 0) < Self.mostOpen else { throw StudyError.tooManyMessages }
            try await connection.execute(
                """
                INSERT INTO messages (participant_id, key, text) VALUES (\(participantID), \(key), \(text))
                ON CONFLICT (participant_id, key) DO NOTHING
                """)
            try await Changes.announce([participantID], in: connection)
        }
    }

    /// The participant has opened the answers that there are.
    public func noteRead(by participantID: UUID) async throws {
        try await database.transaction { connection in
            let noted = try await connection.execute(
                """
                UPDATE messages SET read_at = now()
                WHERE participant_id = \(participantID) AND answer IS NOT NULL AND read_at IS NULL
                """)
            if noted > 0 { try await Changes.announce([participantID], in: connection) }
        }
    }

    /// The messages to study `name`, the oldest first.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func list(study name: String) async throws -> [Message] {
        let study = try await StudyCatalog.study(named: name, in: database)
        return try await Self.list(study: study.id, in: database)
    }

    /// The messages to a study, or only those of one person in it, the oldest first.
    static func list(
        study studyID: UUID, of participantID: UUID? = nil, in session: some PostgresSession
    ) async throws -> [Message] {
        try await session.query(
            """
            SELECT m.id, coalesce(p.platform_id, p.id::text), p.id, m.text, m.sent_at, m.answer, m.answered_at,
                   m.read_at IS NOT NULL
            FROM messages m JOIN participants p ON p.id = m.participant_id
            WHERE p.study_id = \(studyID) AND (\(participantID)::uuid IS NULL OR p.id = \(participantID))
            ORDER BY m.sent_at, m.id
            """, as: (UUID, String, UUID, String, Date, String?, Date?, Bool).self
        ).map {
            Message(
                id: $0.0, person: $0.1, participant: $0.2, text: $0.3, sentAt: $0.4, answer: $0.5, answeredAt: $0.6,
                isRead: $0.7)
        }
    }

    /// Answers a message of the study; it appears on the person's page. The answer that is there already is changed only
    /// if told to.
    /// - Returns: false when it has this answer already.
    /// - Throws: ``StudyError/unknownMessage(_:study:)``, ``StudyError/emptyMessage``, ``StudyError/tooLong(maximum:found:)``,
    ///   ``InterventionError/changedMeanwhile``.
    static func answer(
        _ id: UUID, with raw: String, replacing: Bool, in study: Study, _ connection: Connection
    ) async throws -> Bool {
        let text = try checked(raw)
        let message = try await connection.first(
            """
            SELECT p.id, m.answer FROM messages m JOIN participants p ON p.id = m.participant_id
            WHERE m.id = \(id) AND p.study_id = \(study.id) FOR UPDATE OF m
            """, as: (UUID, String?).self)
        guard let message else {
            throw StudyError.unknownMessage(id.uuidString.lowercased(), study: study.settings.name)
        }
        guard message.1 != text else { return false }
        guard message.1 == nil || replacing else { throw InterventionError.changedMeanwhile }
        try await connection.execute(
            "UPDATE messages SET answer = \(text), answered_at = now(), read_at = NULL WHERE id = \(id)")
        try await Changes.announce([message.0], in: connection)
        return true
    }

    static func shown(
        to participantID: UUID, in session: some PostgresSession
    ) async throws -> [Participation.Message] {
        try await session.query(
            """
            SELECT text, sent_at, answer, answered_at, answer IS NOT NULL AND read_at IS NULL
            FROM messages WHERE participant_id = \(participantID) ORDER BY sent_at, id
            """, as: (String, Date, String?, Date?, Bool).self
        ).map {
            .init(
                text: $0.0, sentAt: Participation.time($0.1), answer: $0.2, answeredAt: $0.3.map(Participation.time),
                isNew: $0.4 ? true : nil)
        }
    }

    private static func checked(_ raw: String) throws(StudyError) -> String {
        let text = OpinionText(raw).text
        guard !text.isEmpty else { throw .emptyMessage }
        guard text.count <= longest else { throw .tooLong(maximum: longest, found: text.count) }
        return text
    }
}
