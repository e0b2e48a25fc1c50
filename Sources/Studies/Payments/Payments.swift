// Pay, written down once and never changed.

import Foundation
import Postgres

/// The pay of a study's people. Nothing is paid by it: it says what is owed.
public struct Payments: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Writes down the base and waiting pay of somebody whose part is over; of nobody simulated, but
    /// in a preview, whose pages show it. The caller has moved them
    /// there in the same transaction.
    static func settle(
        _ participantID: UUID, endedBecause reason: EndReason?, _ settings: StudySettings, in connection: Connection
    ) async throws {
        guard let payment = settings.payment else { return }
        let row = try await connection.first(
            """
            SELECT p.synthetic AND NOT EXISTS (SELECT FROM studies s WHERE s.id = p.study_id AND s.copied_for = 'preview'),
                   coalesce(extract(epoch FROM coalesce(m.joined_at, p.stage_entered_at) - p.lobby_entered_at), 0)::float8 / 60
            FROM participants p LEFT JOIN members m ON m.participant_id = p.id WHERE p.id = \(participantID)
            """, as: (Bool, Double).self)
        guard let (isSynthetic, minutes) = row, !isSynthetic else { return }
        let amounts = [
            ("base", payment.base(for: reason) ?? 0),
            ("waiting", payment.waiting(for: reason, minutes: min(minutes, settings.timeLimits.lobbyMinutes))),
        ]
        for (kind, amount) in amounts where amount >= 0.005 {
            try await connection.execute(
                """
                INSERT INTO payments (participant_id, kind, amount, currency, reason)
                VALUES (\(participantID), \(kind), \(amount)::float8::numeric(10, 2), \(payment.currency),
                        \(reason?.rawValue ?? "done"))
                ON CONFLICT DO NOTHING
                """)
        }
    }

    /// Gives somebody a bonus.
    /// - Parameters:
    ///   - person: their id on the platform, or in the dump.
    ///   - amount: above 0, in the study's currency.
    /// - Throws: ``StudyError`` when the study pays nothing, or has no such person.
    public func giveBonus(_ amount: Double, to person: String, because reason: String, study name: String) async throws {
        let study = try await StudyCatalog.study(named: name, in: database)
        guard let currency = study.settings.payment?.currency else { throw StudyError.noPayment(name) }
        guard amount.isFinite, amount >= 0.01, amount < 1e6 else { throw StudyError.badAmount }
        let participantID = try await Participant.find(person, in: study, database)
        try await database.execute(
            """
            INSERT INTO payments (participant_id, kind, amount, currency, reason)
            VALUES (\(participantID), 'bonus', \(amount)::float8::numeric(10, 2), \(currency), \(reason))
            """)
    }

    /// What everybody in the study is owed, in the order in which they came; those who are owed nothing are left out.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func list(study name: String) async throws -> [Payment] {
        let study = try await StudyCatalog.study(named: name, in: database)
        return try await database.query(
            """
            SELECT p.id, p.platform_id, y.currency,
                   coalesce(sum(y.amount) FILTER (WHERE y.kind = 'base'), 0)::numeric(10, 2)::text,
                   coalesce(sum(y.amount) FILTER (WHERE y.kind = 'waiting'), 0)::numeric(10, 2)::text,
                   coalesce(sum(y.amount) FILTER (WHERE y.kind = 'bonus'), 0)::numeric(10, 2)::text,
                   sum(y.amount)::text
            FROM payments y JOIN participants p ON p.id = y.participant_id
            WHERE p.study_id = \(study.id) GROUP BY p.id, y.currency ORDER BY p.consented_at, p.id
            """, as: (UUID, String?, String, String, String, String, String).self
        ).map {
            Payment(
                participantID: $0.0, platformID: $0.1, currency: $0.2, base: $0.3, waiting: $0.4, bonus: $0.5, total: $0.6)
        }
    }
}
