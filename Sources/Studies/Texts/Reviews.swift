// Reading and deciding about people's words.

import Consensus
import Foundation
import Postgres

/// The texts of a database's studies. Decisions are only ever added; the newest one of a text holds. Who may read a text is
/// decided by the view `visible_opinions` alone.
public struct Reviews: Sendable {
    /// How many texts a list has at most.
    public static let page = 100

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Texts of the study: those that a round waits for first, by when it stops waiting; then the newest first, and of
    /// unread ones the oldest.
    /// - Parameters:
    ///   - readsAll: false for a reader who may read what others may, and no more.
    ///   - skipping: how many to leave out from the beginning.
    public func list(_ part: ReviewList.Part, of study: Study, readsAll: Bool, skipping: Int = 0) async throws -> ReviewList {
        let wanted: SQL = switch part {
        case .unread: Self.isUnread
        case .flagged: "w.flagged"
        case .hidden: "NOT w.visible"
        case .all: "true"
        }
        let counts = try await database.first(
            """
            SELECT count(*) FILTER (WHERE \(sql: Self.isUnread)), count(*) FILTER (WHERE w.flagged),
                   count(*) FILTER (WHERE NOT w.visible), count(*)
            FROM visible_opinions w JOIN groups g ON g.id = w.group_id WHERE g.study_id = \(study.id)
            """, as: (Int, Int, Int, Int).self) ?? (0, 0, 0, 0)
        let texts = try await read(
            "g.study_id = \(study.id) AND \(sql: wanted)", readsAll: readsAll,
            order: part == .unread ? "waits_until NULLS LAST, o.submitted_at, o.id" : "o.submitted_at DESC, o.id",
            limit: Self.page, skipping: skipping)
        let settings = study.settings
        return ReviewList(
            mode: settings.review?.beforeDisplay ?? (settings.showsWords ? .flagged : .never), minutes: settings.reviewMinutes,
            showsWords: settings.showsWords,
            counts: .init(unread: counts.0, flagged: counts.1, hidden: counts.2, all: counts.3), texts: texts)
    }

    /// One text of the study, as those read it who may read all.
    /// - Throws: ``ReviewError/unknownText(_:)``.
    public func text(_ id: UUID, of study: Study) async throws -> ReviewedText {
        let found = try await read(
            "o.id = \(id) AND g.study_id = \(study.id)", readsAll: true, order: "o.id", limit: 1, skipping: 0)
        guard let text = found.first else { throw ReviewError.unknownText(id.uuidString.lowercased()) }
        return text
    }

    /// Decides whether others may read a text. A round that waited for it goes on when it was the last; a text that is
    /// hidden, and statements that quote it, are put before nobody who has not rated them yet.
    /// - Parameters:
    ///   - id: the text's.
    ///   - after: the decision that the text had when whoever decides saw it; nil if it had none.
    /// - Throws: ``ReviewError``; nothing has then been changed.
    public func decide(
        _ id: UUID, _ decision: ReviewedText.Decision, because reason: String?, after: Int64?, in study: Study,
        by actor: AuditLog.Actor
    ) async throws -> ReviewedText {
        let isShort = (reason ?? "").unicodeScalars.count <= 500
        let reason = (reason ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        guard isShort, decision == .approve || !reason.isEmpty else { throw ReviewError.reasonNeeded }
        let text = id.uuidString.lowercased()
        try await database.transaction { connection in
            let roundID = try await connection.first(
                """
                SELECT o.round_id FROM opinions o JOIN groups g ON g.id = o.group_id
                WHERE o.id = \(id) AND g.study_id = \(study.id)
                """, as: UUID.self)
            guard let roundID else { throw ReviewError.unknownText(text) }
            let phase = try await RoundProgression.lock(roundID, in: connection)
            let row = try await connection.first(
                """
                SELECT o.participant_id, d.id, u.name
                FROM opinions o
                     LEFT JOIN LATERAL (SELECT id, user_id FROM opinion_decisions WHERE opinion_id = o.id
                                        ORDER BY id DESC LIMIT 1) d ON true
                     LEFT JOIN users u ON u.id = d.user_id
                WHERE o.id = \(id)
                """, as: (UUID, Int64?, String?).self)
            guard let (author, newest, decider) = row else { throw ReviewError.unknownText(text) }
            guard newest == after else { throw ReviewError.decidedMeanwhile(by: decider) }
            if decision == .hide { try await Self.noteQuotations(of: id, in: roundID, connection) }
            try await connection.execute(
                """
                INSERT INTO opinion_decisions (opinion_id, decision, reason, user_id, via)
                VALUES (\(id), \(decision.rawValue), \(reason.isEmpty ? nil : reason), \(actor.user?.id), \(actor.way.rawValue))
                """)
            try await AuditLog.record(
                "text.\(decision.rawValue)", by: actor, study: study.id, subject: text,
                details: reason.isEmpty ? [:] : ["reason": reason], in: connection)
            guard phase?.isLive == true else { return }
            var event = RoundMachine.Event.reviewed(author, withdrawn: [], statementsLeft: [:])
            if decision == .hide { event = try await Self.withdraw(id, of: author, in: roundID, connection) }
            try await RoundProgression.take(event, in: roundID, connection)
        }
        return try await self.text(id, of: study)
    }

    /// Notes which of the model's statements quote an opinion, so that whoever may not read it does not read them.
    private static func noteQuotations(
        of opinionID: UUID, in roundID: UUID, _ connection: Connection
    ) async throws {
        let words = try await connection.first(
            """
            SELECT o.text, q.question, q.affirming_statement, q.negating_statement
            FROM opinions o JOIN rounds r ON r.id = o.round_id JOIN questions q ON q.id = r.question_id WHERE o.id = \(opinionID)
            """, as: (String, String, String, String).self)
        guard let words else { return }
        let made = try await connection.query(
            """
            SELECT s.id, s.text FROM statements s JOIN generations n ON n.id = s.generation_id
            WHERE s.round_id = \(roundID) AND n.source = 'model'
            """, as: (UUID, String).self)
        let quoting = made.filter { Quotation.occurs(of: words.0, in: $0.1, besides: [words.1, words.2, words.3]) }.map(\.0)
        try await connection.execute(
            """
            INSERT INTO statement_quotations (statement_id, opinion_id)
            SELECT quoting.id, \(opinionID)::uuid FROM unnest(\(quoting)::uuid[]) AS quoting (id)
            ON CONFLICT DO NOTHING
            """)
    }

    /// Takes an opinion, and statements that are it or quote it, from before those who have not rated them yet.
    /// - Returns: what it means to the round.
    private static func withdraw(
        _ opinionID: UUID, of author: UUID, in roundID: UUID, _ connection: Connection
    ) async throws -> RoundMachine.Event {
        let opinions = try await connection.query(
            "DELETE FROM opinion_ratings WHERE opinion_id = \(opinionID) AND submitted_at IS NULL RETURNING id", as: UUID.self)
        let statements = try await connection.query(
            """
            DELETE FROM presentations p USING visible_statements s
            WHERE s.id = p.statement_id AND s.round_id = \(roundID) AND NOT s.visible
              AND NOT EXISTS (SELECT FROM ratings a WHERE a.presentation_id = p.id)
            RETURNING p.id
            """, as: UUID.self)
        let left = try await connection.query(
            """
            SELECT generation_id, count(*) FILTER (WHERE text <> '') FROM visible_statements
            WHERE round_id = \(roundID) GROUP BY generation_id
            """, as: (UUID, Int).self)
        return .reviewed(
            author, withdrawn: Set(opinions + statements),
            statementsLeft: Dictionary(left.map { ($0.0, $0.1) }) { first, _ in first })
    }

    /// How many texts of the study somebody has yet to look at.
    static func countUnread(of studyID: UUID, in session: some PostgresSession) async throws -> Int {
        try await session.first(
            """
            SELECT count(*) FROM visible_opinions w JOIN groups g ON g.id = w.group_id
            WHERE g.study_id = \(studyID) AND \(sql: isUnread)
            """, as: Int.self) ?? 0
    }

    /// Of a row of `visible_opinions o`, whether others do not see it before an admin has decided.
    static let isHeld: SQL = "NOT o.visible AND o.decision IS NULL"

    private static let isUnread: SQL = "w.decision IS NULL AND (w.flagged OR NOT w.visible)"

    private func read(
        _ condition: SQL, readsAll: Bool, order: SQL, limit: Int, skipping: Int
    ) async throws -> [ReviewedText] {
        struct Row: Decodable, Sendable {
            let id: UUID
            let text: String
            let visible: Bool
            let isUnread: Bool
            let question: String
            let participantId: UUID
            let synthetic: Bool
            let submittedAt: Date
            let number: Int
            let waitsUntil: Date?
        }
        let rows = try await database.rows(
            """
            SELECT o.id, o.text, w.visible, \(sql: Self.isUnread) AS is_unread, q.question, o.participant_id, g.synthetic,
                   o.submitted_at, r.number, CASE WHEN r.phase = 'review' THEN r.phase_deadline_at END AS waits_until
            FROM opinions o JOIN visible_opinions w ON w.id = o.id JOIN groups g ON g.id = o.group_id
                 JOIN rounds r ON r.id = o.round_id JOIN questions q ON q.id = r.question_id
            WHERE \(sql: condition) ORDER BY \(sql: order) LIMIT \(limit) OFFSET \(skipping)
            """, as: Row.self)
        let ids = rows.map(\.id)
        let findings = try await database.query(
            """
            SELECT opinion_id, kind, start, length FROM opinion_findings
            WHERE opinion_id = ANY(\(ids)) ORDER BY start, length, kind
            """, as: (UUID, String, Int32, Int32).self)
        let verdicts = try await database.query(
            """
            SELECT d.opinion_id, d.id, d.decision, d.reason, u.name, d.created_at
            FROM opinion_decisions d LEFT JOIN users u ON u.id = d.user_id
            WHERE d.opinion_id = ANY(\(ids)) ORDER BY d.id
            """, as: (UUID, Int64, String, String?, String?, Date).self)
        let findingsOf = Dictionary(grouping: findings, by: \.0), verdictsOf = Dictionary(grouping: verdicts, by: \.0)
        return rows.map { row in
            let isReadable = readsAll || row.visible
            return ReviewedText(
                id: row.id, text: isReadable ? row.text : nil,
                findings: isReadable
                    ? (findingsOf[row.id] ?? []).map { .init(kind: $0.1, start: Int($0.2), length: Int($0.3)) } : [],
                visible: row.visible, isUnread: row.isUnread,
                decisions: (verdictsOf[row.id] ?? []).compactMap { verdict in
                    ReviewedText.Decision(rawValue: verdict.2).map {
                        .init(id: verdict.1, decision: $0, reason: verdict.3, by: verdict.4, at: verdict.5)
                    }
                },
                question: row.question, participantID: row.participantId, synthetic: row.synthetic,
                submittedAt: row.submittedAt, round: row.number, waitsUntil: row.waitsUntil)
        }
    }
}
