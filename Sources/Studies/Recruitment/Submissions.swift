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

    /// The same list as a CSV file. That somebody has taken it is written down: it says who people are on their platform.
    /// - Parameter actor: who takes it, for the log.
    public func file(of study: Study, by actor: AuditLog.Actor) async throws -> String {
        try await AuditLog(database: database).record("submissions.file", by: actor, study: study.id)
        let people = try await list(study: study.settings.name)
        return CSVText.table(
            [["platform_id", "stage", "end_reason", "code"]]
                + people.map { [$0.platformID, $0.stage, $0.endReason ?? "", $0.code ?? ""] })
    }

    /// Attaches attributes to platform ids. People who have come already keep what was known of them then; of those who were
    /// erased, nothing is kept.
    /// - Parameter actor: who attaches them, for the log; nothing is logged without.
    /// - Returns: how many ids have attributes now.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func attach(
        _ people: [String: [String: String]], study name: String, by actor: AuditLog.Actor? = nil
    ) async throws -> Int {
        let study = try await StudyCatalog.study(named: name, in: database)
        let ids = Array(people.keys), attributes = ids.map { JSONB(people[$0] ?? [:]) }
        return try await database.transaction { connection in
            // In one order, so that of two files at once one waits for the other.
            try await connection.execute(
                """
                INSERT INTO platform_attributes (study_id, platform_id, attributes)
                SELECT \(study.id), person.id, person.attributes
                FROM unnest(\(ids)::text[], \(attributes)::jsonb[]) AS person (id, attributes)
                WHERE NOT EXISTS (SELECT FROM participants p JOIN erasures e ON e.participant_id = p.id
                                  WHERE p.study_id = \(study.id) AND p.platform_id = person.id)
                ORDER BY person.id
                ON CONFLICT (study_id, platform_id) DO UPDATE SET attributes = EXCLUDED.attributes, loaded_at = now()
                """)
            if let actor {
                try await AuditLog.record(
                    "study.attributes", by: actor, study: study.id, details: ["people": "\(people.count)"], in: connection)
            }
            return try await connection.first(
                "SELECT count(*) FROM platform_attributes WHERE study_id = \(study.id)", as: Int.self) ?? 0
        }
    }

    /// Of how many people something is known before they come, and what.
    public func attributes(of study: Study) async throws -> KnownAttributes {
        try await database.transaction(isolation: .repeatableRead) { connection in
            let people = try await connection.first(
                "SELECT count(*) FROM platform_attributes WHERE study_id = \(study.id)", as: Int.self)
            let attributes = try await connection.query(
                """
                SELECT a.name, count(*)
                FROM platform_attributes p CROSS JOIN LATERAL jsonb_object_keys(p.attributes) AS a (name)
                WHERE p.study_id = \(study.id) GROUP BY a.name ORDER BY a.name
                """, as: (String, Int).self)
            return KnownAttributes(people: people ?? 0, attributes: attributes.map { .init(name: $0.0, people: $0.1) })
        }
    }

    /// Submissions that were returned, or timed out, on the platform: those people's parts end, and their places are
    /// free at once. Each is a transaction of its own.
    /// - Parameter actor: who says so, for the log; nothing is logged without.
    /// - Returns: whose part ended now, and who was not in the study any more, or never.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func returned(
        _ platformIDs: [String], study name: String, by actor: AuditLog.Actor? = nil
    ) async throws -> ReturnedSubmissions {
        let study = try await StudyCatalog.study(named: name, in: database)
        let known = try await database.query(
            "SELECT platform_id, id FROM participants WHERE study_id = \(study.id) AND platform_id = ANY(\(platformIDs)::text[])",
            as: (String, UUID).self)
        let people = Dictionary(known) { first, _ in first }
        var ended: [String] = [], over: [String] = [], unknown: [String] = [], seen: Set<String> = []
        for platformID in platformIDs where seen.insert(platformID).inserted {
            guard let participantID = people[platformID] else {
                unknown.append(platformID)
                continue
            }
            let endsNow = try await database.transaction { connection in
                let hasEnded = try await Departure.end(participantID, because: .returned, in: connection)
                if hasEnded, let actor {
                    try await AuditLog.record(
                        "participant.returned", by: actor, study: study.id, subject: platformID, in: connection)
                }
                return hasEnded
            }
            if endsNow { ended.append(platformID) } else { over.append(platformID) }
        }
        return ReturnedSubmissions(ended: ended, over: over, unknown: unknown)
    }
}
