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
        let base = payment.base(for: reason) ?? 0
        let waiting = payment.waiting(for: reason, minutes: min(minutes, settings.timeLimits.lobbyMinutes))
        let amounts = [("base", base), ("waiting", min(waiting, max(0, (payment.cap ?? .infinity) - base)))]
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

    /// Gives somebody a bonus. Where that uses the budget up, the study is paused.
    /// - Parameters:
    ///   - person: their id on the platform, or in the dump.
    ///   - amount: above 0, in the study's currency.
    ///   - key: drawn by whoever asks. Asked again with the same key, nothing more is given.
    /// - Throws: ``StudyError`` when the study pays nothing, or has no such person; ``PaymentError`` when it is more than the
    ///   study pays one person, or than is left, or when the key is another bonus's.
    public func giveBonus(
        _ amount: Double, to person: String, because reason: String, study name: String,
        by actor: AuditLog.Actor = .commandLine, key: UUID = UUID()
    ) async throws {
        let isShort = reason.unicodeScalars.count <= 500
        let reason = reason.trimmingCharacters(in: .whitespacesAndNewlines)
        guard isShort, !reason.isEmpty else { throw PaymentError.reasonNeeded }
        guard amount.isFinite, amount >= 0.01, amount < 1e6 else { throw StudyError.badAmount }
        let cents = Cents.of(amount)
        try await database.transaction { connection in
            // Bonuses and newcomers one after another, so that together they stay within the budget.
            try await connection.execute("SELECT id FROM studies WHERE name = \(name) FOR NO KEY UPDATE")
            let study = try await StudyCatalog.study(named: name, in: connection)
            guard let payment = study.settings.payment else { throw StudyError.noPayment(name) }
            let participantID = try await Participant.find(person, in: study, connection)
            let earlier = try await connection.first(
                "SELECT participant_id, (amount * 100)::bigint, reason FROM payments WHERE key = \(key)",
                as: (UUID, Int64, String).self)
            if let earlier {
                guard earlier == (participantID, cents, reason) else { throw PaymentError.otherBonus }
                return
            }
            try await Self.checkCap(adding: cents, to: participantID, payment, in: connection)
            if let standing = try await Budget.standing(of: study.id, study.settings, in: connection), cents > standing.leftCents {
                throw PaymentError.overBudget(left: Cents.text(max(0, standing.leftCents)))
            }
            let isNew = try await connection.execute(
                """
                INSERT INTO payments (participant_id, kind, amount, currency, reason, key)
                VALUES (\(participantID), 'bonus', \(Cents.text(cents))::text::numeric(10, 2), \(payment.currency), \(reason),
                        \(key))
                ON CONFLICT (key) DO NOTHING
                """) == 1
            // Taken by another study meanwhile.
            guard isNew else { throw PaymentError.otherBonus }
            try await AuditLog.record(
                "payment.bonus", by: actor, study: study.id, subject: person,
                details: ["amount": "\(Cents.text(cents)) \(payment.currency)", "reason": reason], in: connection)
            try await Budget.pauseIfUsedUp(study.id, study.settings, in: connection)
        }
    }

    /// - Throws: ``PaymentError/overCap(cap:left:)`` when the person would come to more than the study pays one person: by
    ///   what is written down for them, or, while they are in the study, by what their part may come to.
    private static func checkCap(
        adding cents: Int64, to participantID: UUID, _ payment: PaymentSettings, in connection: Connection
    ) async throws {
        guard let cap = payment.cap.map({ Cents.of($0) }) else { return }
        let row = try await connection.first(
            """
            SELECT v.settings, p.stage IN ('done', 'ended') OR p.synthetic,
                   coalesce((SELECT sum(amount) * 100 FROM payments WHERE participant_id = p.id), 0)::bigint
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id WHERE p.id = \(participantID)
            """, as: (JSONB<StudySettings>, Bool, Int64).self)
        guard let row else { return }
        let left = cap - row.2 - (row.1 ? 0 : row.0.value.placePrice ?? 0)
        guard cents <= left else { throw PaymentError.overCap(cap: Cents.text(cap), left: Cents.text(max(0, left))) }
    }

    /// What everybody in the study is owed, in the order in which they came; those who are owed nothing are left out.
    /// - Throws: ``StudyError/unknownStudy(_:)``.
    public func list(study name: String) async throws -> [Payment] {
        try await Self.list(of: StudyCatalog.study(named: name, in: database).id, in: database)
    }

    /// Who of the study is due what, and how its budget stands.
    public func sheet(of study: Study) async throws -> PaymentSheet {
        try await database.transaction { connection in
            PaymentSheet(
                study, budget: try await Budget.standing(of: study.id, study.settings, in: connection),
                people: try await Self.list(of: study.id, in: connection))
        }
    }

    /// Marks amounts as paid, or as not paid, in one batch. Amounts that are marked so already stay as they are.
    /// - Parameter ids: of the study's amounts.
    /// - Throws: ``PaymentError/unknownPayment(_:)``; nothing has then been marked.
    public func mark(
        _ ids: [UUID], paid: Bool, note: String? = nil, in study: Study, by actor: AuditLog.Actor
    ) async throws -> PaymentMarking {
        guard (note ?? "").unicodeScalars.count <= 500 else { throw PaymentError.noteTooLong }
        let note = note?.trimmingCharacters(in: .whitespacesAndNewlines)
        return try await database.transaction { connection in
            // Held to the end, so that nobody marks the same in between, and read after that.
            let known = try await connection.query(
                """
                SELECT y.id FROM payments y JOIN participants p ON p.id = y.participant_id
                WHERE p.study_id = \(study.id) AND y.id = ANY(\(ids)) ORDER BY y.id FOR UPDATE OF y
                """, as: UUID.self)
            if let unknown = Set(ids).subtracting(known).first {
                throw PaymentError.unknownPayment(unknown.uuidString.lowercased())
            }
            let changed = try await connection.query(
                """
                SELECT y.id, y.participant_id, y.currency, (y.amount * 100)::bigint
                FROM payments y JOIN payment_states s ON s.payment_id = y.id
                WHERE y.id = ANY(\(known)) AND s.paid <> \(paid)
                """, as: (UUID, UUID, String, Int64).self)
            let batch = UUID()
            var sums: [String: Int64] = [:]
            for row in changed { sums[row.2, default: 0] += row.3 }
            let marking = PaymentMarking(
                batch: batch, marked: changed.count, unchanged: known.count - changed.count,
                people: Set(changed.map(\.1)).count, amounts: sums.mapValues(Cents.text))
            guard !changed.isEmpty else { return marking }
            try await connection.execute(
                """
                INSERT INTO payment_marks (payment_id, batch, paid, note, user_id, via)
                SELECT id, \(batch)::uuid, \(paid)::boolean, \(note.flatMap { $0.isEmpty ? nil : $0 })::text,
                       \(actor.user?.id)::uuid, \(actor.way.rawValue)::text
                FROM unnest(\(changed.map(\.0))::uuid[]) AS id
                """)
            try await AuditLog.record(
                paid ? "payment.paid" : "payment.unpaid", by: actor, study: study.id, subject: batch.uuidString.lowercased(),
                details: [
                    "amounts": "\(changed.count)", "people": "\(marking.people)",
                    "sum": marking.amounts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "),
                ], in: connection)
            return marking
        }
    }

    /// What is due, as a file. That somebody has taken it is written down: it says who people are on their platform.
    /// - Parameter ids: only these amounts; everything that is due if nil.
    public func file(
        _ format: PaymentFormat, of study: Study, only ids: [UUID]? = nil, by actor: AuditLog.Actor = .commandLine
    ) async throws -> String {
        try await AuditLog(database: database).record(
            "payments.file", by: actor, study: study.id, details: ["format": format.rawValue])
        let wanted = ids.map(Set.init)
        let people = try await Self.list(of: study.id, in: database).compactMap { person in
            person.of { wanted?.contains($0.id) ?? true }
        }
        return format.text(of: people)
    }

    private struct Row: Decodable, Sendable {
        let participantId: UUID
        let platformId: String?
        let currency: String
        let id: UUID
        let kind: String
        let amount: String
        let reason: String
        let createdAt: Date
        let paid: Bool
        let markedAt: Date?
        let markedBy: String?
        let note: String?
        let isWholeBase: Bool
    }

    private static func list(of studyID: UUID, in session: some PostgresSession) async throws -> [Payment] {
        let rows = try await session.rows(
            """
            SELECT p.id AS participant_id, p.platform_id, y.currency, y.id, y.kind, y.amount::text AS amount, y.reason,
                   y.created_at, s.paid, s.marked_at, u.name AS marked_by, s.note,
                   y.kind = 'base' AND y.amount = coalesce((v.settings->'payment'->>'base')::numeric(10, 2), -1)
                   AS is_whole_base
            FROM payments y JOIN participants p ON p.id = y.participant_id
                 JOIN study_versions v ON v.id = p.study_version_id
                 JOIN payment_states s ON s.payment_id = y.id LEFT JOIN users u ON u.id = s.marked_by
            WHERE p.study_id = \(studyID) ORDER BY p.consented_at, p.id, y.currency, y.created_at, y.kind, y.id
            """, as: Row.self)
        var people: [Payment] = []
        var start = rows.startIndex
        while start < rows.endIndex {
            let first = rows[start]
            let end = rows[start...].firstIndex { $0.participantId != first.participantId || $0.currency != first.currency }
                ?? rows.endIndex
            people.append(
                Payment(
                    participantID: first.participantId, platformID: first.platformId, currency: first.currency,
                    lines: rows[start..<end].compactMap { row in
                        Payment.Kind(rawValue: row.kind).map { kind in
                            Payment.Line(
                                id: row.id, kind: kind, amount: row.amount, reason: row.reason, createdAt: row.createdAt,
                                paid: row.paid, markedAt: row.markedAt, markedBy: row.markedBy, note: row.note,
                                isWholeBase: row.isWholeBase)
                        }
                    }))
            start = end
        }
        return people
    }
}
