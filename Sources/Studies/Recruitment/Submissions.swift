// Submissions on a platform: who came from it, and who was sent back.

import Foundation
import Postgres

/// The platform's side of a study.
public struct Submissions: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Everybody who came with a platform's id, in the order in which they came.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func list(study name: String) async throws -> [PlatformParticipant] {
        let study = try await StudyCatalog.study(named: name, in: database)
        return try await database.query(
            """
            SELECT p.platform_id, p.stage, p.end_reason, v.settings
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.study_id = \(study.id) AND p.platform_id IS NOT NULL ORDER BY p.consented_at, p.id
            """, as: (String, String, String?, JSONB<StudySettings>).self
        ).map { id, stage, reason, settings in
            let completion = settings.value.completion
            let end: TerminalReason? = switch Participant.Stage(rawValue: stage) {
            case .done: .done
            case .ended: reason.flatMap(EndReason.init(rawValue:)).map(TerminalReason.ended)
            default: nil
            }
            return PlatformParticipant(platformID: id, stage: stage, endReason: reason, code: end?.code(of: completion))
        }
    }

    /// Attaches attributes to platform ids. People who have come already keep what was known of them then.
    /// - Returns: how many ids have attributes now.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func attach(_ people: [String: [String: String]], study name: String) async throws -> Int {
        let study = try await StudyCatalog.study(named: name, in: database)
        return try await database.transaction { connection in
            for (platformID, attributes) in people {
                try await connection.execute(
                    """
                    INSERT INTO platform_attributes (study_id, platform_id, attributes)
                    VALUES (\(study.id), \(platformID), \(JSONB(attributes)))
                    ON CONFLICT (study_id, platform_id) DO UPDATE SET attributes = EXCLUDED.attributes, loaded_at = now()
                    """)
            }
            return try await connection.first(
                "SELECT count(*) FROM platform_attributes WHERE study_id = \(study.id)", as: Int.self) ?? 0
        }
    }

    /// Submissions that were returned, or timed out, on the platform: those people's parts end, and their places are
    /// free at once.
    /// - Returns: the ids whose part ended now. Those that are not in the study, or had come to an end, are left out.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func returned(_ platformIDs: [String], study name: String) async throws -> [String] {
        let study = try await StudyCatalog.study(named: name, in: database)
        var ended: [String] = []
        for platformID in platformIDs {
            let participantID = try await database.first(
                "SELECT id FROM participants WHERE study_id = \(study.id) AND platform_id = \(platformID)", as: UUID.self)
            guard let participantID else { continue }
            if try await Departure(database: database).end(participantID, because: .returned) { ended.append(platformID) }
        }
        return ended
    }
}
