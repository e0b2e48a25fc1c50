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
    /// Kept, whatever lifts the cover later.
    public let uncovering: Uncovering?

    public var isCovered: Bool { liftedBecause == nil }

    /// How many characters a reason may have.
    static let longestReason = 500

    public static func read(
        of study: Study, progress: SampleProgress, in session: some PostgresSession
    ) async throws -> ResultsCover {
        let row = try await session.first(
            """
            SELECT u.name, x.uncovered_at, x.reason FROM results_uncovered x LEFT JOIN users u ON u.id = x.user_id
            WHERE x.study_id = \(study.id)
            """, as: (String?, Date, String).self)
        let uncovering = row.map { Uncovering(by: $0.0, at: $0.1, reason: $0.2) }
        return ResultsCover(
            liftedBecause: study.state == .closed ? .closed
                : progress.isReached ? .targetReached : uncovering == nil ? nil : .uncovered,
            uncovering: uncovering)
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
