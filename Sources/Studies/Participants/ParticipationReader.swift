// Rebuilds a participant's present state from the database, whichever process asks.

import Foundation
import Postgres

/// Reads participants' states.
public struct ParticipationReader: Sendable {
    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// The present state of a participant, read in one snapshot.
    /// - Throws: ``StudyError/noSession`` when there is no such participant.
    public func state(of participantID: UUID) async throws -> Participation {
        try await database.transaction(isolation: .repeatableRead) { connection in
            try await Self.state(of: participantID, in: connection).versioned()
        }
    }

    private static func state(of id: UUID, in connection: Connection) async throws -> Participation {
        let row = try await connection.first(
            """
            SELECT p.stage, v.settings, p.stage_deadline_at, p.end_reason, p.debriefed_at IS NOT NULL,
                   EXISTS (SELECT FROM presentations s WHERE s.participant_id = p.id AND s.shown_at IS NOT NULL)
                   OR EXISTS (SELECT FROM erasures e WHERE e.participant_id = p.id),
                   EXISTS (SELECT FROM erasures e WHERE e.participant_id = p.id), p.language
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.id = \(id)
            """, as: (String, JSONB<StudySettings>, Date?, String?, Bool, Bool, Bool, String?).self)
        guard let row, let stage = Participant.Stage(rawValue: row.0) else { throw StudyError.noSession }
        let language = row.7.flatMap(Language.init(rawValue:)) ?? row.1.value.ownLanguage
        let translation = row.1.value.translation(to: language)
        let settings = row.1.value.translated(to: language)
        let isErased: Bool? = row.6 ? true : nil
        func at(_ step: Participation.Step) -> Participation {
            Participation(step: step, settings: settings, language: language)
        }
        var state: Participation
        switch stage {
        case .entry, .exit:
            state = at(.survey)
            let kind = stage == .entry ? Surveys.Kind.entry : .exit
            state.survey = try await survey(kind, of: id, settings, translation, connection)
            state.draft = try await Drafts.draft(of: id, about: stage == .entry ? .entry : .exit, round: nil, in: connection)
        case .comprehension:
            state = at(.comprehension)
            state.comprehension = try await comprehension(id, settings, translation, connection)
        case .instructions: state = at(.instructions)
        case .lobby:
            state = at(.lobby)
            try await wait(id, in: &state, settings, connection)
        case .group:
            state = at(.waiting)
            try await round(id, in: &state, settings, translation, connection)
        case .debriefing:
            state = at(.debriefing)
            state.debriefing = settings.texts.shown(settings.texts.debriefing)
            let end = row.3.flatMap(EndReason.init(rawValue:)).map(TerminalReason.ended) ?? .done
            state.hasCode = end.code(of: settings.completion) != nil ? true : nil
            state.isErased = isErased
        case .done:
            state = at(.done)
            // For whoever never said that they have read it.
            state.debriefing = row.4 ? nil : settings.texts.shown(settings.texts.debriefing)
            state.completion = TerminalReason.done.code(of: settings.completion).map { completion($0, settings) }
            state.pay = try await pay(of: id, connection)
            state.isErased = isErased
        case .ended:
            guard let reason = row.3.flatMap(EndReason.init(rawValue:)) else { throw StudyError.noSession }
            state = at(.ended)
            let code = TerminalReason.ended(reason).code(of: settings.completion)
            state.ending = .init(reason: reason, isPaid: code != nil)
            state.debriefing = row.5 && !row.4 ? settings.texts.shown(settings.texts.debriefing) : nil
            state.completion = code.map { completion($0, settings) }
            state.pay = try await pay(of: id, connection)
            state.isErased = isErased
        }
        switch stage {
        case .entry, .instructions, .comprehension, .exit:
            state.extension = try await Extensions.left(
                of: id, stage: stage, round: nil, phase: nil, settings, in: connection)
            state.deadline = row.2.map(Participation.time)
        case .lobby, .debriefing: state.deadline = row.2.map(Participation.time)
        case .group, .done, .ended: break
        }
        let messages = try await Messages.shown(to: id, in: connection)
        state.messages = messages.isEmpty ? nil : messages
        return state
    }

    private static func completion(_ code: String, _ settings: StudySettings) -> Participation.Completion {
        .init(code: code, address: settings.recruitment?.address(with: code))
    }

    private static func pay(of id: UUID, _ connection: Connection) async throws -> Participation.Pay? {
        let amounts = try await connection.query(
            """
            SELECT kind, sum(amount)::text || ' ' || currency FROM payments
            WHERE participant_id = \(id) GROUP BY kind, currency
            """, as: (String, String).self)
        guard !amounts.isEmpty else { return nil }
        func amount(_ kind: String) -> String? { amounts.first { $0.0 == kind }?.1 }
        return .init(base: amount("base"), waiting: amount("waiting"), bonus: amount("bonus"))
    }

    private static func survey(
        _ kind: Surveys.Kind, of id: UUID, _ settings: StudySettings, _ translation: Translation?, _ connection: Connection
    ) async throws -> Participation.Survey {
        let surveys = settings.surveys ?? Surveys()
        let statements = try await PositionStatements.read(
            surveys.stanceQuestions(kind), forVersionOf: id, in: connection)
        return .init(kind: kind, questions: surveys.questions(kind, about: statements).map { .init($0, translation) })
    }

    private static func comprehension(
        _ id: UUID, _ settings: StudySettings, _ translation: Translation?, _ connection: Connection
    ) async throws -> Participation.Comprehension {
        guard let comprehension = settings.comprehension else { throw StudyError.noSession }
        let tries = try await connection.query(
            "SELECT answers, wrong FROM comprehension_tries WHERE participant_id = \(id) ORDER BY number",
            as: (JSONB<[String: String]>, [String]).self)
        return .init(
            number: tries.count + 1, of: comprehension.tries,
            questions: comprehension.questions.map { question in
                let isWrong = tries.last?.1.contains(question.key) ?? false
                return .init(
                    key: question.key, text: question.text, options: question.options,
                    labels: translation?.question(question.key)?.options, chosen: tries.last?.0.value[question.key],
                    isWrong: isWrong, hint: isWrong ? question.hint : nil)
            })
    }

    private static func wait(
        _ id: UUID, in state: inout Participation, _ settings: StudySettings, _ connection: Connection
    ) async throws {
        let places = try await Lobby.places(around: id, settings, in: connection)
        state.waiting = .init(for: .group, done: places.taken, of: places.all)
        let asked = try await connection.first(
            """
            SELECT asked_at + make_interval(secs => \(settings.groups.stillThere)), idle_since IS NOT NULL
            FROM participants WHERE id = \(id) AND (asked_at IS NOT NULL OR idle_since IS NOT NULL)
            """, as: (Date?, Bool).self)
        state.presence = asked.map { .init(askedUntil: $0.0.map(Participation.time), isIdle: $0.1 ? true : nil) }
    }

    private static func round(
        _ id: UUID, in state: inout Participation, _ settings: StudySettings, _ translation: Translation?,
        _ connection: Connection
    ) async throws {
        struct Row: Decodable, Sendable {
            let roundId: UUID
            let groupId: UUID
            let number: Int
            let phase: String
            let question: String
            let affirmingStatement: String
            let negatingStatement: String
            let hasStance: Bool
            let ownOpinion: String?
            let phaseDeadlineAt: Date?
        }
        let rows = try await connection.rows(
            """
            SELECT r.id AS round_id, r.group_id, r.number, r.phase, q.question, q.affirming_statement,
                   q.negating_statement, s.round_id IS NOT NULL AS has_stance, o.text AS own_opinion,
                   r.phase_deadline_at
            FROM members m
            JOIN rounds r ON r.group_id = m.group_id AND r.phase = ANY(\(RoundPhase.live))
            JOIN questions q ON q.id = r.question_id
            LEFT JOIN stances s ON s.round_id = r.id AND s.participant_id = m.participant_id
            LEFT JOIN opinions o ON o.round_id = r.id AND o.participant_id = m.participant_id
            WHERE m.participant_id = \(id) ORDER BY r.number LIMIT 1
            """, as: Row.self)
        guard let row = rows.first, let phase = RoundPhase(rawValue: row.phase) else { throw StudyError.noSession }

        state.deadline = row.phaseDeadlineAt.map(Participation.time)
        state.round = .init(number: row.number, of: settings.rounds)
        state.question = .init(
            text: row.question, affirming: row.affirmingStatement, negating: row.negatingStatement)
        state.opinion = .init(
            minimumWords: settings.opinion.minimumWords, maximumCharacters: settings.opinion.maximumCharacters,
            own: row.ownOpinion)
        switch phase {
        case .opinions:
            let people = try await people(
                .opinions, group: row.groupId, connection,
                ready: "EXISTS (SELECT FROM opinions o WHERE o.round_id = \(row.roundId) AND o.participant_id = m.participant_id)")
            if !row.hasStance {
                state.step = .stance
            } else if row.ownOpinion == nil {
                state.step = .opinion
                state.draft = try await Drafts.draft(of: id, about: .opinion, round: row.number, in: connection)
            } else {
                state.waiting = people
            }
            if state.step != .waiting { state.others = people }
        case .opinionRatings:
            let people = try await people(
                .ratings, group: row.groupId, connection,
                ready: """
                    NOT EXISTS (SELECT FROM opinion_ratings o
                                WHERE o.round_id = \(row.roundId) AND o.participant_id = m.participant_id
                                  AND o.submitted_at IS NULL)
                    """)
            if let opinion = try await nextOpinion(id, row.roundId, connection) {
                state.step = .rating
                state.statement = opinion
                state.others = people
            } else {
                state.waiting = people
            }
        case .review, .drafting, .pending, .finished, .abandoned:
            state.waiting = try await people(.statements, group: row.groupId, connection, ready: "true")
            state.waiting?.progress = try await progress(row.roundId, connection)
        case .ratings:
            let hasSurvey = settings.surveys?.round?.isEmpty == false
            let people = try await people(
                .ratings, group: row.groupId, connection,
                ready: """
                    NOT EXISTS (SELECT FROM presentations p LEFT JOIN ratings a ON a.presentation_id = p.id
                                WHERE p.round_id = \(row.roundId) AND p.participant_id = m.participant_id
                                  AND a.presentation_id IS NULL)
                    AND (NOT \(hasSurvey)
                         OR EXISTS (SELECT FROM survey_responses s
                                    WHERE s.round_id = \(row.roundId) AND s.participant_id = m.participant_id))
                    """)
            if let statement = try await nextStatement(id, row.roundId, connection) {
                state.step = .rating
                state.statement = statement
            } else if hasSurvey, try await lacksSurvey(id, row.roundId, connection) {
                state.step = .survey
                state.survey = try await survey(.round, of: id, settings, translation, connection)
                state.draft = try await Drafts.draft(of: id, about: .round, round: row.number, in: connection)
            } else {
                state.waiting = people
            }
            if state.step != .waiting { state.others = people }
        }
        if state.step != .waiting {
            state.nudgedAt = try await nudge(id, row.roundId, connection).map(Participation.time)
            state.extension = try await Extensions.left(
                of: id, stage: .group, round: row.roundId, phase: phase, settings, in: connection)
        }
    }

    /// When the person was last told that their group waits, if they have answered nothing since.
    private static func nudge(_ id: UUID, _ roundID: UUID, _ connection: Connection) async throws -> Date? {
        try await connection.first(
            """
            SELECT n.sent_at FROM nudges n JOIN rounds r ON r.id = n.round_id JOIN participants p ON p.id = n.participant_id
            WHERE n.participant_id = \(id) AND n.round_id = \(roundID) AND n.sent_at > \(sql: Watching.answeredAt)
            ORDER BY n.sent_at DESC LIMIT 1
            """, as: Date.self)
    }

    private static func lacksSurvey(_ id: UUID, _ roundID: UUID, _ connection: Connection) async throws -> Bool {
        try await connection.first(
            """
            SELECT NOT EXISTS (SELECT FROM survey_responses WHERE round_id = \(roundID) AND participant_id = \(id))
            """, as: Bool.self) ?? false
    }

    private static func people(
        _ cause: Participation.Waiting.Cause, group: UUID, _ connection: Connection, ready: SQL
    ) async throws -> Participation.Waiting {
        let counts = try await connection.first(
            """
            SELECT count(*) FILTER (WHERE \(sql: ready)), count(*)
            FROM members m WHERE m.group_id = \(group) AND m.left_at IS NULL AND m.away_since IS NULL
            """, as: (Int, Int).self)
        return .init(for: cause, done: counts?.0 ?? 0, of: counts?.1 ?? 0)
    }

    /// One figure for the whole round, in steps of a twentieth, so that it tells nothing of how many things are being made.
    private static func progress(_ roundID: UUID, _ connection: Connection) async throws -> Double {
        let share = try await connection.first(
            """
            SELECT coalesce(sum(CASE WHEN state IN ('finished', 'failed') THEN tokens_expected ELSE tokens_done END)::float8
                            / nullif(sum(tokens_expected), 0), 0)
            FROM generations WHERE round_id = \(roundID)
            """, as: Double.self)
        return ((share ?? 0) * 20).rounded(.down) / 20
    }

    /// The next of the other members' opinions to rate; one that was deleted counts no more.
    private static func nextOpinion(
        _ id: UUID, _ roundID: UUID, _ connection: Connection
    ) async throws -> Participation.Statement? {
        let row = try await connection.first(
            """
            SELECT r.id, o.text,
                   (SELECT count(*) FROM opinion_ratings mine
                    WHERE mine.round_id = r.round_id AND mine.participant_id = r.participant_id
                      AND mine.position <= r.position),
                   (SELECT count(*) FROM opinion_ratings mine
                    WHERE mine.round_id = r.round_id AND mine.participant_id = r.participant_id)
            FROM opinion_ratings r JOIN visible_opinions o ON o.id = r.opinion_id
            WHERE r.round_id = \(roundID) AND r.participant_id = \(id) AND r.submitted_at IS NULL
            ORDER BY r.position LIMIT 1
            """, as: (UUID, String, Int, Int).self)
        return row.map { .init(id: $0.0, text: $0.1, isOpinion: true, number: $0.2, of: $0.3) }
    }

    /// The next statement to rate. One that was withdrawn because it quoted somebody counts no more.
    private static func nextStatement(
        _ id: UUID, _ roundID: UUID, _ connection: Connection
    ) async throws -> Participation.Statement? {
        let row = try await connection.first(
            """
            SELECT p.id, s.text,
                   (SELECT count(*) FROM presentations o
                    WHERE o.round_id = p.round_id AND o.participant_id = p.participant_id AND o.position <= p.position),
                   (SELECT count(*) FROM presentations o
                    WHERE o.round_id = p.round_id AND o.participant_id = p.participant_id)
            FROM presentations p JOIN visible_statements s ON s.id = p.statement_id
                 LEFT JOIN ratings a ON a.presentation_id = p.id
            WHERE p.round_id = \(roundID) AND p.participant_id = \(id) AND a.presentation_id IS NULL
            ORDER BY p.position LIMIT 1
            """, as: (UUID, String, Int, Int).self)
        return row.map { .init(id: $0.0, text: $0.1, number: $0.2, of: $0.3) }
    }
}
