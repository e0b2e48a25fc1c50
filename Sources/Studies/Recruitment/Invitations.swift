// Links that let in one person each.

import Foundation
import Postgres

/// The invitations of studies whose people come by invitation.
public struct Invitations: Sendable {
    /// What becomes of somebody who opens a study's link.
    public enum Standing: String, Codable, Sendable {
        /// The link is not one of an invitation.
        case missing
        /// It is not one of this study's.
        case unknown
        /// Somebody has begun with it.
        case used
    }

    /// How many invitations a study has.
    public struct Tally: Codable, Sendable, Equatable {
        public let made: Int
        /// Those with which somebody has begun.
        public let used: Int
    }

    /// How many can be made at once.
    public static let most = 10_000

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Makes `count` invitations to the study `name`.
    /// - Parameter actor: who makes them, for the log; nothing is logged without.
    /// - Returns: their secrets, which are shown once and not kept.
    /// - Throws: ``StudyError/unknownStudy(_:)``, ``StudyError/notByInvitation(_:)``.
    public func create(_ count: Int, study name: String, by actor: AuditLog.Actor? = nil) async throws -> [Secret] {
        let study = try await StudyCatalog.study(named: name, in: database)
        guard study.settings.recruitment?.source == .invitation else { throw StudyError.notByInvitation(name) }
        let secrets = (0..<count).map { _ in Secret() }
        let hashes = secrets.map { Data($0.hash) }
        try await database.transaction { connection in
            try await connection.execute(
                "INSERT INTO invitations (study_id, hash) SELECT \(study.id), unnest(\(hashes)::bytea[])")
            guard let actor else { return }
            try await AuditLog.record(
                "study.invite", by: actor, study: study.id, details: ["count": "\(count)"], in: connection)
        }
        return secrets
    }

    /// How many invitations the study has, and how many of them were used.
    public func tally(of study: Study) async throws -> Tally {
        let row = try await database.first(
            "SELECT count(*), count(participant_id) FROM invitations WHERE study_id = \(study.id)", as: (Int, Int).self)
        return Tally(made: row?.0 ?? 0, used: row?.1 ?? 0)
    }

    /// Who began with the invitation.
    public func participant(with secret: Secret) async throws -> UUID? {
        try await database.first(
            "SELECT participant_id FROM invitations WHERE hash = \(Data(secret.hash))", as: UUID?.self) ?? nil
    }

    /// Why somebody with `secret` would not be let into `study`; nil when they would, or when it takes people without.
    static func obstacle(_ secret: Secret?, to study: Study, in session: some PostgresSession) async throws -> Standing? {
        guard study.settings.recruitment?.source == .invitation else { return nil }
        guard let secret else { return .missing }
        let isTaken = try await session.first(
            "SELECT participant_id IS NOT NULL FROM invitations WHERE hash = \(Data(secret.hash)) AND study_id = \(study.id)",
            as: Bool.self)
        return switch isTaken {
        case nil: .unknown
        case true?: .used
        case false?: nil
        }
    }

    /// Takes the invitation for a person who has just joined.
    /// - Throws: ``StudyError/invitation(_:)`` when somebody else was quicker.
    static func take(_ secret: Secret, for participantID: UUID, in connection: Connection) async throws {
        let taken = try await connection.execute(
            """
            UPDATE invitations SET participant_id = \(participantID), taken_at = now()
            WHERE hash = \(Data(secret.hash)) AND participant_id IS NULL
            """)
        guard taken == 1 else { throw StudyError.invitation(.used) }
    }
}
