// A person taking part.

import Foundation
import Postgres

/// A participant, as a session cookie identifies one.
public struct Participant: Sendable, Equatable {
    public let id: UUID
    public let studyID: UUID
    public let stage: Stage
    /// Their id on the platform they came from; nil for whoever came by an open link.
    public let platformID: String?

    /// Where a participant is in the study as a whole; within `group` the round says more.
    public enum Stage: String, Codable, Sendable, CaseIterable {
        case entry, instructions, comprehension, lobby, group, exit, debriefing, done, ended
    }

    /// The person in `study` with this id on their platform, or in the dump.
    /// - Throws: ``StudyError/unknownParticipant(_:study:)``.
    static func find(_ id: String, in study: Study, _ session: some PostgresSession) async throws -> UUID {
        let found = try await session.first(
            """
            SELECT id FROM participants
            WHERE study_id = \(study.id) AND (platform_id = \(id) OR id = \(UUID(uuidString: id))::uuid)
            ORDER BY platform_id IS NULL LIMIT 1
            """, as: UUID.self)
        guard let found else { throw StudyError.unknownParticipant(id, study: study.settings.name) }
        return found
    }
}
