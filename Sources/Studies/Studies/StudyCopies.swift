// Copies of studies, for looking at them and for trying them out, which are thrown away with everything in them.

import Foundation
import Postgres

/// Copies of studies. Only simulated people, and members of a preview, who count as such, take part in them; they are in no
/// list, and no number of the study has anything of them.
public struct StudyCopies: Sendable {
    public enum Purpose: String, Codable, Sendable {
        case preview, rehearsal

        /// After how many hours a copy is thrown away, whatever happens.
        var hours: Int { self == .preview ? 4 : 12 }
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Makes an open copy of the newest version of `study`. People come to it as if by an open link.
    /// - Throws: ``StudyError/unavailable(_:)`` when a model that it names is not there.
    public func make(of study: Study, for purpose: Purpose, by user: User?) async throws -> Study {
        try await database.transaction { connection in
            let row = try await connection.first(
                """
                SELECT settings, file, question_set_version_id, version FROM study_versions
                WHERE study_id = \(study.id) ORDER BY version DESC LIMIT 1
                """, as: (JSONB<StudySettings>, String, UUID, Int32).self)
            guard let row else { throw StudyError.unknownStudy(study.settings.name) }
            var settings = row.0.value
            let missing = try await settings.missingModels(in: connection)
            guard missing.isEmpty else { throw StudyError.unavailable(missing) }
            settings.recruitment?.source = .open
            settings.recruitment?.excludedStudies = nil
            let (id, versionID) = (UUID(), UUID())
            let name = "\(purpose.rawValue)-\(id.uuidString.lowercased())"
            try await connection.execute(
                """
                INSERT INTO studies (id, name, seed, copy_of, copied_for, copied_by, expires_at)
                VALUES (\(id), \(name), \(Int64.random(in: 0...Int64.max)), \(study.id), \(purpose.rawValue), \(user?.id),
                        now() + make_interval(hours => \(Int32(purpose.hours))))
                """)
            try await connection.execute(
                """
                INSERT INTO study_versions (id, study_id, version, question_set_version_id, settings, file)
                VALUES (\(versionID), \(id), 1, \(row.2), \(JSONB(settings)), \(row.1))
                """)
            try await connection.execute(
                "UPDATE studies SET state = 'open', running_version_id = \(versionID) WHERE id = \(id)")
            // So that simulated people are of the kinds that the study's people are of.
            try await connection.execute(
                """
                INSERT INTO platform_attributes (study_id, platform_id, attributes)
                SELECT \(id), platform_id, attributes FROM platform_attributes WHERE study_id = \(study.id)
                """)
            return Study(
                id: id, versionID: versionID, version: Int(row.3), state: .open, settings: settings, isCopy: true)
        }
    }

    /// The name under which a copy is found.
    public static func name(of copy: Study, for purpose: Purpose) -> String {
        "\(purpose.rawValue)-\(copy.id.uuidString.lowercased())"
    }

    /// Throws away a copy, and every row of any table that belongs to it.
    /// - Parameter id: a copy's; of a study that is none, nothing goes.
    public func throwAway(_ id: UUID) async throws {
        try await database.execute("UPDATE studies SET expires_at = now() WHERE id = \(id) AND copy_of IS NOT NULL")
        try await database.transaction { connection in
            let isCopy = try await connection.first(
                "SELECT true FROM studies WHERE id = \(id) AND copy_of IS NOT NULL FOR UPDATE", as: Bool.self)
            guard isCopy == true else { return }
            // In the order in which whoever keeps a download takes them.
            try await connection.execute("LOCK TABLE opinion_decisions, erasures IN ROW EXCLUSIVE MODE")
            try await connection.execute("UPDATE studies SET running_version_id = NULL, state = 'closed' WHERE id = \(id)")
            for table in try await StudyTables.read(in: connection).inOrder {
                // What goes is noted for later dumps, of which a copy has none.
                if table.isParticipants {
                    try await connection.execute(
                        """
                        DELETE FROM removals WHERE participant_id IN (SELECT p.id FROM participants p WHERE p.study_id = \(id))
                        """)
                }
                try await connection.execute(
                    "DELETE FROM \(sql: table.name) WHERE \(sql: table.opening)\(id)\(sql: table.closing)")
            }
        }
    }

    /// Throws away the copies whose time is over.
    public func throwAwayExpired() async throws {
        let expired = try await database.query(
            "SELECT id FROM studies WHERE expires_at <= now() ORDER BY expires_at", as: UUID.self)
        for id in expired { try await throwAway(id) }
    }
}
