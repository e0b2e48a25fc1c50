// Reading one person's record.

import Foundation
import Postgres

extension Watching {
    /// The record of a person of the study, for researchers with the words that others may read. That somebody has read it
    /// is written down.
    /// - Throws: ``StudyError/unknownParticipant(_:study:)``.
    public func record(of id: UUID, in study: Study, for actor: AuditLog.Actor) async throws -> PersonRecord {
        let mayIdentify = actor.user?.role != .researcher
        try await AuditLog(database: database).recordOnce(
            "participant.view", by: actor, study: study.id, subject: id.uuidString.lowercased())
        return try await database.transaction(isolation: .repeatableRead) { connection in
            struct Row: Decodable, Sendable {
                let synthetic: Bool
                let stage: Participant.Stage
                let endReason: EndReason?
                let stageDeadlineAt: Date?
                let isErased: Bool
                let platformId: String?
                let platformStudy: String?
                let platformSession: String?
                let invitation: UUID?
                let language: String?
                let seenAt: Date
                let activeAt: Date
                let isConnected: Bool
                let devices: Int
                let newestDeviceAt: Date?
            }
            let row = try await connection.rows(
                """
                SELECT p.synthetic, p.stage, p.end_reason, p.stage_deadline_at,
                       EXISTS (SELECT FROM erasures e WHERE e.participant_id = p.id) AS is_erased,
                       p.platform_id, p.platform_study, p.platform_session,
                       (SELECT i.id FROM invitations i WHERE i.participant_id = p.id) AS invitation,
                       p.language, p.last_seen_at AS seen_at, \(sql: Self.activeAt(since: "p.stage_entered_at")) AS active_at,
                       p.last_seen_at > now() - make_interval(secs => \(Double(Lobby.presenceSeconds))) AS is_connected,
                       (SELECT count(*) FROM sessions s WHERE s.participant_id = p.id AND s.expires_at > now()) AS devices,
                       (SELECT max(s.created_at) FROM sessions s WHERE s.participant_id = p.id) AS newest_device_at
                FROM participants p WHERE p.id = \(id) AND p.study_id = \(study.id)
                """, as: Row.self
            ).first
            guard let row else { throw StudyError.unknownParticipant(id.uuidString.lowercased(), study: study.settings.name) }
            let (place, owes) = try await Self.place(of: id, in: study, connection)
            let isOver = row.stage == .done || row.stage == .ended
            return PersonRecord(
                id: id, synthetic: row.synthetic, stage: row.stage, endReason: row.endReason, deadline: row.stageDeadlineAt,
                isErased: row.isErased,
                erasure: mayIdentify ? try await ErasureReport.of(id, isNew: false, in: connection) : nil,
                platform: mayIdentify
                    ? .init(
                        participant: row.platformId, study: row.platformStudy, session: row.platformSession,
                        invitation: row.invitation) : nil,
                group: place, owes: owes, events: try await Self.events(of: id, in: connection),
                connection: .init(
                    isConnected: row.isConnected, seenAt: row.seenAt, activeAt: row.activeAt, devices: row.devices,
                    newestDeviceAt: row.newestDeviceAt, language: row.language),
                rounds: try await Self.rounds(of: id, readsAll: mayIdentify, in: connection),
                surveys: try await Self.surveys(of: id, in: connection),
                comprehension: try await connection.rows(
                    """
                    SELECT number, wrong, submitted_at FROM comprehension_tries WHERE participant_id = \(id) ORDER BY number
                    """, as: PersonRecord.ComprehensionTry.self),
                flags: try await connection.rows(
                    """
                    SELECT f.flag, r.number AS round, f.value, f.created_at AS at FROM flags f JOIN rounds r ON r.id = f.round_id
                    WHERE f.participant_id = \(id) ORDER BY f.created_at, f.id
                    """, as: PersonRecord.Flag.self),
                messages: mayIdentify ? try await Messages.list(study: study.id, of: id, in: connection) : nil,
                payments: mayIdentify
                    ? try await connection.rows(
                        """
                        SELECT kind, amount::text AS amount, currency, reason, created_at AS at
                        FROM payments WHERE participant_id = \(id) ORDER BY created_at, id
                        """, as: PersonRecord.Due.self) : nil,
                can: .init(
                    nudge: owes != nil && place?.presence == .present, release: row.stage == .lobby,
                    remove: !isOver, erase: !row.isErased, extend: row.stageDeadlineAt != nil && !isOver))
        }
    }

    /// The page of a person of the study, as they see it. Nothing is recorded of the person by it; that somebody has looked
    /// is written down.
    /// - Throws: ``StudyError/unknownParticipant(_:study:)``.
    public func page(of id: UUID, in study: Study, for actor: AuditLog.Actor) async throws -> Participation {
        let isThere = try await database.first(
            "SELECT true FROM participants WHERE id = \(id) AND study_id = \(study.id)", as: Bool.self)
        guard isThere == true else {
            throw StudyError.unknownParticipant(id.uuidString.lowercased(), study: study.settings.name)
        }
        try await AuditLog(database: database).recordOnce(
            "participant.view-page", by: actor, study: study.id, subject: id.uuidString.lowercased())
        return try await ParticipationReader(database: database).state(of: id)
    }

    private static func place(
        of id: UUID, in study: Study, _ connection: Connection
    ) async throws -> (PersonRecord.Place?, WatchSnapshot.Member.Owed?) {
        let row = try await connection.first(
            """
            SELECT g.id, g.number, m.seat, g.state, m.left_at IS NOT NULL, m.away_since IS NOT NULL, m.missed_rounds,
                   (SELECT \(sql: owes) FROM rounds r JOIN study_versions v ON v.id = g.study_version_id
                    WHERE r.group_id = g.id AND r.phase = ANY(\(RoundPhase.live)) ORDER BY r.number LIMIT 1)
            FROM members m JOIN \(sql: groups(of: study.id)) g ON g.id = m.group_id WHERE m.participant_id = \(id)
            """, as: (UUID, Int, Int16, String, Bool, Bool, Int16, String?).self)
        guard let row else { return (nil, nil) }
        return (
            .init(
                id: row.0, number: row.1, seat: Int(row.2), state: row.3, presence: row.4 ? .left : row.5 ? .away : .present,
                missedRounds: Int(row.6)),
            row.4 ? nil : row.7.flatMap(WatchSnapshot.Member.Owed.init(rawValue:))
        )
    }

    private static func events(of id: UUID, in connection: Connection) async throws -> [PersonRecord.Event] {
        try await connection.rows(
            """
            SELECT e.at, e.event, e.round FROM (
                SELECT p.consented_at AS at, 'consented' AS event, NULL::int AS round FROM participants p WHERE p.id = \(id)
                UNION ALL SELECT p.instructed_at, 'instructed', NULL FROM participants p WHERE p.id = \(id)
                UNION ALL SELECT p.lobby_entered_at, 'lobby', NULL FROM participants p WHERE p.id = \(id)
                UNION ALL SELECT m.joined_at, 'group', NULL FROM members m WHERE m.participant_id = \(id)
                UNION ALL SELECT s.submitted_at, 'stance', r.number
                          FROM stances s JOIN rounds r ON r.id = s.round_id WHERE s.participant_id = \(id)
                UNION ALL SELECT o.submitted_at, 'opinion', r.number
                          FROM opinions o JOIN rounds r ON r.id = o.round_id WHERE o.participant_id = \(id)
                UNION ALL SELECT x.created_at, 'extension', r.number
                          FROM extensions x LEFT JOIN rounds r ON r.id = x.round_id WHERE x.participant_id = \(id)
                UNION ALL SELECT n.sent_at, 'nudge', r.number
                          FROM nudges n JOIN rounds r ON r.id = n.round_id WHERE n.participant_id = \(id)
                UNION ALL SELECT m.away_since, 'away', NULL FROM members m WHERE m.participant_id = \(id)
                UNION ALL SELECT m.left_at, 'left', NULL FROM members m WHERE m.participant_id = \(id)
                UNION ALL SELECT p.debriefed_at, 'debriefed', NULL FROM participants p WHERE p.id = \(id)
                UNION ALL SELECT p.ended_at, 'ended', NULL FROM participants p WHERE p.id = \(id)
                UNION ALL SELECT e.erased_at, 'erased', NULL FROM erasures e WHERE e.participant_id = \(id)
            ) AS e WHERE e.at IS NOT NULL ORDER BY e.at, e.event
            """, as: PersonRecord.Event.self)
    }

    /// - Parameter readsAll: false for a reader who may read what others may, and no more.
    private static func rounds(
        of id: UUID, readsAll: Bool, in connection: Connection
    ) async throws -> [PersonRecord.Round] {
        let opinions: SQL = readsAll ? "opinions" : "visible_opinions"
        let statements: SQL = readsAll ? "statements" : "visible_statements"
        let rated: SQL = """
            SELECT w.position, s.text, false AS "isOpinion", w.shown_at AS "shownAt", a.submitted_at AS "submittedAt",
                   a.agreement, a.quality,
                   (SELECT coalesce(sum(t.milliseconds), 0) / 1000.0 FROM visible_stretches t
                    WHERE t.participant_id = w.participant_id AND t.presentation_id = w.id) AS "visibleSeconds"
            FROM presentations w JOIN \(sql: statements) s ON s.id = w.statement_id
                 LEFT JOIN ratings a ON a.presentation_id = w.id
            WHERE w.round_id = r.id AND w.participant_id = m.participant_id
            UNION ALL
            SELECT w.position, o.text, true, w.shown_at, w.submitted_at, w.agreement, w.quality,
                   (SELECT coalesce(sum(t.milliseconds), 0) / 1000.0 FROM visible_stretches t
                    WHERE t.participant_id = w.participant_id AND t.opinion_rating_id = w.id)
            FROM opinion_ratings w JOIN \(sql: opinions) o ON o.id = w.opinion_id
            WHERE w.round_id = r.id AND w.participant_id = m.participant_id
            """
        return try await connection.rows(
            """
            SELECT r.number, r.phase, q.question, q.affirming_statement AS affirming, q.negating_statement AS negating,
                   CASE WHEN s.round_id IS NOT NULL
                        THEN jsonb_build_object('affirming', s.affirming, 'negating', s.negating) END AS stance,
                   o.text AS opinion, CASE WHEN \(readsAll) THEN d.content END AS draft,
                   coalesce((SELECT jsonb_agg(to_jsonb(x) ORDER BY x."isOpinion" DESC, x.position) FROM (\(sql: rated)) AS x), '[]')
                       AS ratings,
                   (SELECT coalesce(sum(t.milliseconds), 0) / 1000.0 FROM visible_stretches t
                    WHERE t.participant_id = m.participant_id AND t.round_id = r.id)::float8 AS visible_seconds
            FROM members m JOIN rounds r ON r.group_id = m.group_id JOIN questions q ON q.id = r.question_id
                 LEFT JOIN stances s ON s.round_id = r.id AND s.participant_id = m.participant_id
                 LEFT JOIN \(sql: opinions) o ON o.round_id = r.id AND o.participant_id = m.participant_id
                 LEFT JOIN drafts d ON d.participant_id = m.participant_id AND d.about = 'opinion' AND d.round = r.number
            WHERE m.participant_id = \(id) AND r.phase <> 'pending' ORDER BY r.number
            """, as: PersonRecord.Round.self)
    }

    private static func surveys(of id: UUID, in connection: Connection) async throws -> [PersonRecord.Survey] {
        try await connection.rows(
            """
            SELECT s.survey, r.number AS round, s.answers, s.submitted_at
            FROM survey_responses s LEFT JOIN rounds r ON r.id = s.round_id
            WHERE s.participant_id = \(id) ORDER BY s.submitted_at
            """, as: PersonRecord.Survey.self)
    }
}
