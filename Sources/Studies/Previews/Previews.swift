// Walking through a study without taking part in it: a copy of it, and seats in a group, each with a way of its own.

import Foundation
import Postgres

/// The previews of a database. A seat is known by its copy and its number; whoever asks must have the original, as an admin.
public struct Previews: Sendable {
    /// A copy that somebody looks at.
    public struct Preview: Codable, Sendable {
        public let id: UUID
        /// The study that it is a copy of.
        public let study: String
        /// The name that the copy is found under.
        public let name: String
        public let version: Int
        public let expiresAt: Date
    }

    /// A place in a preview, and who sits there.
    public struct Seat: Sendable {
        public let preview: Preview
        public let number: Int
        /// Nil until consent is given there.
        public let participantID: UUID?

        /// By which the person in it is known again.
        var key: Secret { Self.key(of: preview.id, number) }

        static func key(of preview: UUID, _ number: Int) -> Secret { Secret(text: "preview \(preview.uuidString) \(number)") }
    }

    let database: Database
    let copies: StudyCopies

    public init(database: Database) {
        self.database = database
        copies = StudyCopies(database: database)
    }

    /// Begins a preview of `study`; one that `user` had of it before is thrown away.
    /// - Throws: ``StudyError/unavailable(_:)``.
    public func begin(_ study: Study, by user: User) async throws -> Preview {
        let before = try await database.query(
            """
            SELECT id FROM studies
            WHERE copy_of = \(study.id) AND copied_for = 'preview' AND copied_by = \(user.id)
            """, as: UUID.self)
        for id in before { try await copies.throwAway(id) }
        return try await preview(copies.make(of: study, for: .preview, by: user).id, for: user)
    }

    /// The preview with this id.
    /// - Throws: ``StudyError/unknownPreview`` also when `user` does not have its original, ``UserError/adminsOnly``.
    public func preview(_ id: UUID, for user: User) async throws -> Preview {
        let found = try await database.rows(
            """
            SELECT c.id, s.name AS study, c.name, (SELECT max(v.version) FROM study_versions v WHERE v.study_id = s.id) AS version,
                   c.expires_at
            FROM studies c JOIN studies s ON s.id = c.copy_of
            WHERE c.id = \(id) AND c.copied_for = 'preview' AND c.expires_at > now() AND \(sql: StudyAccess.has(user))
            """, as: Preview.self
        ).first
        guard let found else { throw StudyError.unknownPreview }
        guard user.role == .admin else { throw UserError.adminsOnly }
        return found
    }

    /// A seat, from 1, of the preview with this id.
    /// - Throws: ``StudyError/unknownPreview``, ``UserError/adminsOnly``.
    public func seat(_ number: Int, of id: UUID, for user: User) async throws -> Seat {
        guard (1...5).contains(number) else { throw StudyError.unknownPreview }
        let preview = try await preview(id, for: user)
        let participantID = try await database.first(
            """
            UPDATE participants SET last_seen_at = now()
            WHERE study_id = \(id) AND entry_hash = \(Data(Seat.key(of: id, number).hash)) RETURNING id
            """, as: UUID.self)
        return Seat(preview: preview, number: number, participantID: participantID)
    }

    /// Consent is given in a seat.
    /// - Returns: who sits there now.
    public func take(_ seat: Seat, language: Language?) async throws -> UUID {
        let entry = try await Enrolment(database: database).join(
            seat.preview.name, synthetic: true, key: seat.key, language: language)
        return try await Sessions(database: database).participant(with: entry.secret).id
    }

    /// What the study's entry page says to whoever sits in the seat.
    public func entrance(to seat: Seat, languages: String?) async throws -> Entrance {
        try await Enrolment(database: database).entrance(
            to: seat.preview.name, from: nil, invitation: nil, key: seat.key, languages: languages, isPreview: true)
    }

    /// Ends a preview: it is thrown away.
    public func end(_ preview: Preview) async throws {
        try await copies.throwAway(preview.id)
    }
}
