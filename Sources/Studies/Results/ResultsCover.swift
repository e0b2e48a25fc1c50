// Whether effects by condition may be seen yet: who peeks is tempted to stop when the effect is there.

import Foundation
import Postgres

/// What keeps a study's effects by condition from being seen, or no longer does.
public struct ResultsCover: Codable, Sendable, Equatable {
    /// Why they may be seen.
    public enum Lifting: String, Codable, Sendable {
        case closed
        case targetReached = "target-reached"
        case uncovered
    }

    /// An admin's decision to see them before.
    public struct Uncovering: Codable, Sendable, Equatable {
        /// Nil for the command line.
        public let by: String?
        public let at: Date
        public let reason: String
    }

    /// Nil while they are covered.
    public let liftedBecause: Lifting?
    /// How many groups, or people, have to finish first: the largest number of any version that somebody took part under, so
    /// that a smaller one, set when people have been there, lifts no cover. Nil where one of them wants as many as come.
    public let untilGroups: Int?
    public let untilParticipants: Int?
    /// Kept, whatever lifts the cover later.
    public let uncovering: Uncovering?

    public var isCovered: Bool { liftedBecause == nil }

    /// How many characters a reason may have.
    static let longestReason = 500

    /// Reads it for the study's real people, or for simulated ones where there are no others.
    public static func read(of study: Study, in session: some PostgresSession) async throws -> ResultsCover {
        let hasReal = try await session.first(
            "SELECT EXISTS (SELECT FROM participants WHERE study_id = \(study.id) AND NOT synthetic)", as: Bool.self)
        let progress = try await SampleProgress.read(of: study, synthetic: hasReal == false, in: session)
        return try await read(of: study, progress: progress, in: session)
    }

    /// Reads it for the people whom `progress` counts.
    public static func read(
        of study: Study, progress: SampleProgress, in session: some PostgresSession
    ) async throws -> ResultsCover {
        let versions = try await session.query(
            """
            SELECT v.settings FROM study_versions v
            WHERE v.study_id = \(study.id) AND v.id <> \(study.versionID)
              AND EXISTS (SELECT FROM participants p WHERE p.study_version_id = v.id)
            """, as: JSONB<StudySettings>.self
        ).map(\.value) + [study.settings]
        func largest(_ wanted: [Int?]) -> Int? { wanted.contains(nil) ? nil : wanted.compactMap(\.self).max() }
        let groups = largest(versions.map(\.groupsWanted)), people = largest(versions.map { $0.quotas?.participants })
        let isReached =
            groups.map { progress.finishedGroups >= $0 } ?? false || people.map { progress.finishedParticipants >= $0 } ?? false
        let row = try await session.first(
            """
            SELECT u.name, x.uncovered_at, x.reason FROM results_uncovered x LEFT JOIN users u ON u.id = x.user_id
            WHERE x.study_id = \(study.id)
            """, as: (String?, Date, String).self)
        let uncovering = row.map { Uncovering(by: $0.0, at: $0.1, reason: $0.2) }
        return ResultsCover(
            liftedBecause: study.state == .closed ? .closed
                : isReached ? .targetReached : uncovering == nil ? nil : .uncovered,
            untilGroups: groups, untilParticipants: people, uncovering: uncovering)
    }

    /// Whether an admin has uncovered them.
    public static func isUncovered(_ study: Study, in session: some PostgresSession) async throws -> Bool {
        try await session.first(
            "SELECT EXISTS (SELECT FROM results_uncovered WHERE study_id = \(study.id))", as: Bool.self) ?? false
    }

    /// Uncovers them for everybody who has the study, for good, with a line in the audit log. Asking again changes nothing.
    /// - Throws: ``StudyError/reasonNeeded``, ``StudyError/tooLong(maximum:found:)``.
    public static func uncover(
        _ study: Study, because reason: String, by actor: AuditLog.Actor, in database: Database
    ) async throws {
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !reason.isEmpty else { throw StudyError.reasonNeeded }
        guard reason.count <= longestReason else {
            throw StudyError.tooLong(maximum: longestReason, found: reason.count)
        }
        try await database.transaction { connection in
            let isNew = try await connection.execute(
                """
                INSERT INTO results_uncovered (study_id, user_id, reason) VALUES (\(study.id), \(actor.user?.id), \(reason))
                ON CONFLICT DO NOTHING
                """)
            guard isNew == 1 else { return }
            try await AuditLog.record(
                "results.uncover", by: actor, study: study.id, subject: study.settings.name, details: ["reason": reason],
                in: connection)
        }
    }
}
