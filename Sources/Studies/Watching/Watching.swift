// Reading what is going on in a study.

import Foundation
import Postgres

/// Reads studies under way. Reading changes nothing, and is no sign of presence of anybody.
public struct Watching: Sendable {
    /// After how long without a sign somebody counts as idle, in seconds. A page in a visible tab gives one every 15.
    static let idleSeconds = 60.0

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// When somebody last showed a sign of themselves, of `participants p` at something since `since`: not the page by
    /// itself, which an abandoned tab keeps open.
    static func activeAt(since: SQL) -> SQL {
        """
        greatest(\(sql: since), p.confirmed_at,
                 (SELECT max(t.last_at) FROM visible_stretches t WHERE t.participant_id = p.id),
                 (SELECT max(d.saved_at) FROM drafts d WHERE d.participant_id = p.id))
        """
    }

    /// When `participants p` answered last in the present phase of `rounds r`, or when that began.
    static let answeredAt: SQL = """
        greatest(r.phase_entered_at,
                 (SELECT o.submitted_at FROM stances o WHERE o.round_id = r.id AND o.participant_id = p.id),
                 (SELECT max(o.submitted_at) FROM opinion_ratings o WHERE o.round_id = r.id AND o.participant_id = p.id),
                 (SELECT max(a.submitted_at) FROM presentations o JOIN ratings a ON a.presentation_id = o.id
                  WHERE o.round_id = r.id AND o.participant_id = p.id))
        """

    /// What `members m` is to do next in `rounds r` of `study_versions v`, in words of ``WatchSnapshot/Member/Owed``.
    static let owes: SQL = """
        CASE r.phase
            WHEN 'opinions' THEN
                CASE WHEN EXISTS (SELECT FROM opinions o WHERE o.round_id = r.id AND o.participant_id = m.participant_id)
                     THEN NULL
                     WHEN EXISTS (SELECT FROM stances o WHERE o.round_id = r.id AND o.participant_id = m.participant_id)
                     THEN 'opinion' ELSE 'stance' END
            WHEN 'opinion-ratings' THEN
                CASE WHEN EXISTS (SELECT FROM opinion_ratings o WHERE o.round_id = r.id
                                  AND o.participant_id = m.participant_id AND o.submitted_at IS NULL) THEN 'ratings' END
            WHEN 'ratings' THEN
                CASE WHEN EXISTS (SELECT FROM presentations o LEFT JOIN ratings a ON a.presentation_id = o.id
                                  WHERE o.round_id = r.id AND o.participant_id = m.participant_id
                                    AND a.presentation_id IS NULL) THEN 'ratings'
                     WHEN jsonb_array_length(coalesce(v.settings->'surveys'->'round', '[]')) > 0
                          AND NOT EXISTS (SELECT FROM survey_responses o WHERE o.round_id = r.id
                                          AND o.participant_id = m.participant_id) THEN 'survey' END
        END
        """

    /// The groups of a study with their numbers, in the order in which they started.
    static func groups(of studyID: UUID) -> SQL {
        "(SELECT *, row_number() OVER (ORDER BY created_at, id) AS number FROM groups WHERE study_id = \(studyID))"
    }

    /// Everything that is going on in the study, in one snapshot.
    /// - Parameter role: of who looks: researchers are told nothing of messages.
    public func snapshot(of study: Study, for role: UserRole) async throws -> WatchSnapshot {
        try await database.transaction(isolation: .repeatableRead) { connection in
            let now = try await connection.first("SELECT now()", as: Date.self) ?? Date()
            let open = try await Self.openGenerations(in: connection)
            let queue = try await Self.queue(open, study.id, in: connection)
            let groups = try await Self.groupRows(study, open, queue, now, in: connection)
            let people = try await Self.personRows(study, now, in: connection)
            return WatchSnapshot(
                study: study.settings.name, state: study.state, now: now,
                counts: try await Self.counts(study.id, in: connection),
                rows: (groups + people).sorted(by: Self.isFirst), queue: queue,
                flags: try await Self.flags(study.id, in: connection), faults: try await Self.faults(study.id, in: connection),
                unanswered: role == .admin ? try await Self.unanswered(study.id, in: connection) : nil,
                textsToReview: try await Reviews.countUnread(of: study.id, in: connection))
        }
    }

    /// By risk, then by deadline; nothing is left to chance, so that rows stay where they are while nothing changes.
    private static func isFirst(_ one: WatchSnapshot.Row, _ other: WatchSnapshot.Row) -> Bool {
        if one.risk.isWorse(than: other.risk) { return true }
        if other.risk.isWorse(than: one.risk) { return false }
        let (a, b) = (one.deadline ?? .distantFuture, other.deadline ?? .distantFuture)
        return a == b ? one.id.uuidString < other.id.uuidString : a < b
    }

    // MARK: - Counting

    private static func counts(_ studyID: UUID, in connection: Connection) async throws -> [WatchSnapshot.Count] {
        try await connection.query(
            """
            SELECT stage, end_reason, count(*), count(*) FILTER (WHERE synthetic)
            FROM participants WHERE study_id = \(studyID) GROUP BY stage, end_reason ORDER BY stage, end_reason
            """, as: (String, String?, Int, Int).self
        ).compactMap { stage, reason, people, synthetic in
            Participant.Stage(rawValue: stage).map {
                .init(stage: $0, endReason: reason.flatMap(EndReason.init(rawValue:)), people: people, synthetic: synthetic)
            }
        }
    }

    private static func flags(_ studyID: UUID, in connection: Connection) async throws -> [WatchSnapshot.Flag] {
        try await connection.query(
            """
            SELECT f.flag, count(*), count(DISTINCT f.participant_id)
            FROM flags f JOIN participants p ON p.id = f.participant_id
            WHERE p.study_id = \(studyID) GROUP BY f.flag ORDER BY count(*) DESC, f.flag
            """, as: (String, Int, Int).self
        ).compactMap { flag, times, people in
            QualityFlag(rawValue: flag).map { .init(flag: $0, times: times, people: people) }
        }
    }

    private static func faults(_ studyID: UUID, in connection: Connection) async throws -> [WatchSnapshot.Fault] {
        // What was skipped, or is no fault of anybody's, would tell of exclusions.
        try await connection.query(
            """
            SELECT coalesce(n.finished_at, n.started_at, n.created_at) AS at, n.error, 1, n.id, g.number, r.number
            FROM \(sql: groups(of: studyID)) g JOIN rounds r ON r.group_id = g.id JOIN generations n ON n.round_id = r.id
            WHERE n.error IS NOT NULL AND n.state <> 'skipped'
            UNION ALL
            SELECT last_at, text, times, NULL, NULL, NULL FROM study_warnings WHERE study_id = \(studyID)
            ORDER BY at DESC LIMIT 30
            """, as: (Date, String, Int, UUID?, Int?, Int16?).self
        ).map { .init(at: $0.0, text: $0.1, times: $0.2, generation: $0.3, group: $0.4, round: $0.5.map(Int.init)) }
    }

    private static func unanswered(_ studyID: UUID, in connection: Connection) async throws -> Int {
        try await connection.first(
            """
            SELECT count(*) FROM messages m JOIN participants p ON p.id = m.participant_id
            WHERE p.study_id = \(studyID) AND m.answer IS NULL
            """, as: Int.self) ?? 0
    }

    // MARK: - Statements in the making

    /// A generation that is open, of any study.
    private struct OpenGeneration {
        let studyID: UUID
        let roundID: UUID
        let isRunning: Bool
        let isLate: Bool
        let tokensLeft: Int
        let createdAt: Date
        let workerID: UUID?
    }

    /// In the order in which workers take them.
    private static func openGenerations(in connection: Connection) async throws -> [OpenGeneration] {
        try await connection.query(
            """
            SELECT g.study_id, n.round_id, n.state = 'running',
                   n.state = 'running'
                   AND n.started_at < now() - make_interval(secs => (v.settings->'time_limits'->>'drafting_minutes')::float8 * 30),
                   greatest(n.tokens_expected - n.tokens_done, 0), n.created_at,
                   CASE WHEN n.state = 'running' AND n.lease_expires_at > now() THEN n.worker_id END
            FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
                 JOIN study_versions v ON v.id = g.study_version_id
            WHERE n.state IN ('queued', 'running') ORDER BY n.state = 'queued', n.created_at, n.position
            """, as: (UUID, UUID, Bool, Bool, Int, Date, UUID?).self
        ).map {
            OpenGeneration(
                studyID: $0.0, roundID: $0.1, isRunning: $0.2, isLate: $0.3, tokensLeft: $0.4, createdAt: $0.5, workerID: $0.6)
        }
    }

    private static func queue(
        _ open: [OpenGeneration], _ studyID: UUID, in connection: Connection
    ) async throws -> WatchSnapshot.Queue {
        let speed = try await connection.first(
            """
            SELECT sum(tokens)::float8 / nullif(sum(seconds), 0), avg(seconds)
            FROM (SELECT n.seconds, (SELECT sum(c.token_count) FROM candidates c WHERE c.generation_id = n.id) AS tokens
                  FROM generations n WHERE n.state = 'finished' AND n.source = 'model'
                  ORDER BY n.finished_at DESC LIMIT 20) AS made
            """, as: (Double?, Double?).self)
        let mine = open.filter { $0.studyID == studyID }
        return WatchSnapshot.Queue(
            waiting: mine.count { !$0.isRunning }, running: mine.count { $0.isRunning },
            waitingInAll: open.count { !$0.isRunning }, runningInAll: open.count { $0.isRunning },
            oldestAt: mine.first { !$0.isRunning }?.createdAt, tokensPerSecond: speed?.0, secondsPerDraft: speed?.1,
            workers: Set(open.compactMap(\.workerID)).count)
    }

    // MARK: - Rows

    private static func member(
        _ id: UUID, seat: Int?, presence: WatchSnapshot.Member.Presence, seenAt: Date, activeAt: Date,
        owes: WatchSnapshot.Member.Owed?, nudgedAt: Date?, _ now: Date
    ) -> WatchSnapshot.Member {
        let isConnected = now.timeIntervalSince(seenAt) <= Double(Lobby.presenceSeconds)
        let isQuiet = !isConnected || now.timeIntervalSince(activeAt) > idleSeconds
        return .init(
            id: id, seat: seat, presence: presence, isConnected: isConnected, activeAt: activeAt,
            owes: presence == .left ? nil : owes, isIdle: presence == .present && owes != nil && isQuiet, nudgedAt: nudgedAt)
    }

    private static func groupRows(
        _ study: Study, _ open: [OpenGeneration], _ queue: WatchSnapshot.Queue, _ now: Date, in connection: Connection
    ) async throws -> [WatchSnapshot.Row] {
        let rounds = try await connection.query(
            """
            SELECT g.id, g.number, g.synthetic, g.minimum, r.id, r.number, r.phase, r.phase_entered_at, r.phase_deadline_at,
                   (SELECT count(*) FROM rounds o WHERE o.group_id = g.id),
                   CASE WHEN r.phase = 'review'
                        THEN (SELECT count(*) FROM visible_opinions o JOIN members m USING (group_id, participant_id)
                              WHERE o.round_id = r.id AND m.left_at IS NULL AND \(sql: Reviews.isHeld)) END
            FROM \(sql: groups(of: study.id)) g JOIN rounds r ON r.group_id = g.id
            WHERE g.state = 'active' AND r.phase = ANY(\(RoundPhase.live))
            """, as: (UUID, Int, Bool, Int16, UUID, Int16, String, Date, Date?, Int, Int?).self)
        let members = Dictionary(
            grouping: try await connection.query(
                """
                SELECT m.group_id, p.id, m.seat, m.left_at IS NOT NULL, m.away_since IS NOT NULL, p.last_seen_at,
                       \(sql: activeAt(since: answeredAt)), \(sql: owes),
                       (SELECT max(n.sent_at) FROM nudges n WHERE n.participant_id = p.id AND n.round_id = r.id)
                FROM groups g JOIN rounds r ON r.group_id = g.id JOIN study_versions v ON v.id = g.study_version_id
                     JOIN members m ON m.group_id = g.id JOIN participants p ON p.id = m.participant_id
                WHERE g.study_id = \(study.id) AND g.state = 'active' AND r.phase = ANY(\(RoundPhase.live))
                ORDER BY m.seat
                """, as: (UUID, UUID, Int16, Bool, Bool, Date, Date, String?, Date?).self),
            by: \.0)
        let generations = try await connection.query(
            """
            SELECT n.round_id, n.state, n.tokens_done, n.tokens_expected
            FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
            WHERE g.study_id = \(study.id) AND g.state = 'active' AND r.phase = ANY(\(RoundPhase.live))
              AND n.source <> 'attention-check'
            """, as: (UUID, String, Int, Int).self)
        let made = Dictionary(grouping: generations, by: \.0)
        return rounds.map { id, number, synthetic, minimum, roundID, round, phase, enteredAt, deadline, rounds, texts in
            let people = (members[id] ?? []).map { row in
                member(
                    row.1, seat: Int(row.2), presence: row.3 ? .left : row.4 ? .away : .present, seenAt: row.5, activeAt: row.6,
                    owes: row.7.flatMap(WatchSnapshot.Member.Owed.init(rawValue:)), nudgedAt: row.8, now)
            }
            let present = people.filter { $0.presence == .present }
            let statements = made[roundID] ?? []
            func count(_ states: String...) -> Int { statements.count { states.contains($0.1) } }
            let isDrafting = phase == RoundPhase.drafting.rawValue
            let expected = statements.reduce(0) { $0 + $1.3 }
            let done = statements.reduce(0) { $0 + (["finished", "failed"].contains($1.1) ? $1.3 : min($1.2, $1.3)) }
            let risk = WatchRisk(
                .init(
                    secondsLeft: deadline?.timeIntervalSince(now), secondsInAll: deadline?.timeIntervalSince(enteredAt),
                    present: present.count, minimum: phase == RoundPhase.opinions.rawValue ? Int(minimum) : 1,
                    waitedFor: present.count { $0.owes != nil }, idle: present.count(where: \.isIdle),
                    openGenerations: isDrafting ? count("queued", "running") : 0,
                    lateGenerations: open.count { $0.roundID == roundID && $0.isLate }, failedGenerations: count("failed"),
                    secondsForStatements: isDrafting ? seconds(for: roundID, open, queue) : nil, pendingReviews: texts ?? 0))
            return WatchSnapshot.Row(
                id: id, group: number, synthetic: synthetic, phase: phase, round: Int(round), rounds: rounds,
                enteredAt: enteredAt, deadline: deadline, members: people,
                generations: statements.isEmpty ? nil : .init(
                    waiting: count("queued"), running: count("running"), made: count("finished"), failed: count("failed"),
                    progress: expected > 0 ? Double(done) / Double(expected) : 1),
                textsToReview: texts, risk: risk)
        }
    }

    /// How long the statements of a round still take: everything that is before the last of them in the line, at the speed of
    /// late, spread over the workers that are at it.
    private static func seconds(
        for roundID: UUID, _ open: [OpenGeneration], _ queue: WatchSnapshot.Queue
    ) -> Double? {
        guard let speed = queue.tokensPerSecond, speed > 0, let last = open.lastIndex(where: { $0.roundID == roundID }) else {
            return nil
        }
        let tokens = open[...last].reduce(0) { $0 + $1.tokensLeft }
        return Double(tokens) / speed / Double(max(1, queue.workers))
    }

    private static func personRows(
        _ study: Study, _ now: Date, in connection: Connection
    ) async throws -> [WatchSnapshot.Row] {
        try await connection.query(
            """
            SELECT p.id, p.synthetic, p.stage, p.stage_entered_at, p.stage_deadline_at, p.last_seen_at,
                   \(sql: activeAt(since: "p.stage_entered_at")), p.idle_since IS NOT NULL
            FROM participants p
            WHERE p.study_id = \(study.id)
              AND p.stage IN ('entry', 'instructions', 'comprehension', 'lobby', 'exit', 'debriefing')
            """, as: (UUID, Bool, String, Date, Date?, Date, Date, Bool).self
        ).map { id, synthetic, stage, enteredAt, deadline, seenAt, activeAt, isIdle in
            // In the lobby people wait for others; their page need not be before them, but it has to be open.
            let isInLobby = stage == Participant.Stage.lobby.rawValue
            let person = member(
                id, seat: nil, presence: isIdle ? .away : .present, seenAt: seenAt, activeAt: isInLobby ? seenAt : activeAt,
                owes: .stage, nudgedAt: nil, now)
            return WatchSnapshot.Row(
                id: id, group: nil, synthetic: synthetic, phase: stage, round: nil, rounds: nil, enteredAt: enteredAt,
                deadline: deadline, members: [person], generations: nil, textsToReview: nil,
                risk: WatchRisk(
                    .init(
                        secondsLeft: deadline?.timeIntervalSince(now), secondsInAll: deadline?.timeIntervalSince(enteredAt),
                        waitedFor: 1, idle: person.isIdle || isIdle ? 1 : 0)))
        }
    }
}
