// What a study may spend in all, what it has promised, and what is left.

import Foundation
import Postgres

/// The budget of a study. Whoever is in the study is promised the most that their part can come to without a bonus, until
/// it is over and what they are owed is written down.
enum Budget {
    /// From which share on an admin is warned.
    static let warningShare = 0.8

    /// How the budget stands; nil for a study without one.
    /// - Parameter settings: those that the study runs with.
    static func standing(
        of studyID: UUID, _ settings: StudySettings, in session: some PostgresSession
    ) async throws -> BudgetStanding? {
        guard let payment = settings.payment, let budget = payment.budget else { return nil }
        let owed = try await session.first(
            """
            SELECT coalesce(sum(y.amount) * 100, 0)::bigint FROM payments y JOIN participants p ON p.id = y.participant_id
            WHERE p.study_id = \(studyID) AND y.currency = \(payment.currency)
            """, as: Int64.self)
        let inside = try await session.query(
            """
            SELECT v.settings, count(*)
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.study_id = \(studyID) AND NOT p.synthetic AND p.stage NOT IN ('done', 'ended')
            GROUP BY v.id, v.settings
            """, as: (JSONB<StudySettings>, Int64).self)
        return BudgetStanding(
            budget: Cents.of(budget), owed: owed ?? 0,
            promised: inside.reduce(0) { $0 + ($1.0.value.placePrice ?? 0) * $1.1 }, people: inside.reduce(0) { $0 + Int($1.1) },
            place: settings.placePrice ?? 0)
    }

    /// Pauses the study when nobody else can be paid out of what is left. The caller holds the study's row.
    /// - Returns: whether the budget has room for another person.
    @discardableResult
    static func pauseIfUsedUp(_ studyID: UUID, _ settings: StudySettings, in connection: Connection) async throws -> Bool {
        guard let standing = try await standing(of: studyID, settings, in: connection), !standing.hasRoom else {
            return true
        }
        let paused = try await connection.execute(
            "UPDATE studies SET state = 'paused' WHERE id = \(studyID) AND state = 'open'")
        if paused == 1 {
            try await AuditLog.record(
                "study.pause", by: .server, study: studyID, subject: settings.name,
                details: ["because": "the budget has no place left", "left": standing.left], in: connection)
        }
        return false
    }
}

extension StudySettings {
    /// The most that somebody's part can come to without a bonus, in hundredths; nil where nothing is paid.
    var placePrice: Int64? {
        guard let payment else { return nil }
        let ends = [nil] + EndReason.allCases.map(Optional.some)
        let most = ends.map {
            Cents.of(payment.base(for: $0) ?? 0) + Cents.of(payment.waiting(for: $0, minutes: timeLimits.lobbyMinutes))
        }.max() ?? 0
        return min(most, payment.cap.map { Cents.of($0) } ?? most)
    }
}
