// The log of generations: what was made, how, and what went wrong.

import Foundation
import LanguageModel
import Postgres

/// The generations of a study, for the people who run it.
public struct GenerationLog: Sendable {
    /// How many entries are given at once.
    public static let page = 50

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    private struct Row: Decodable, Sendable {
        let id: UUID
        let roundId: UUID
        let group: Int
        let round: Int
        let state: String
        let attempts: Int
        let error: String?
        let createdAt: Date
        let startedAt: Date?
        let finishedAt: Date?
        let seconds: Double?
        let progress: Double
        let condition: String
        let source: String
        let select: String?
        let alpha: Double?
        let included: [UUID]
        let excluded: [UUID]
        let statements: [String]
        let authors: [UUID]
    }

    private struct Kept: Decodable, Sendable {
        let promptText: String?
        let promptTemplate: String?
        let promptVersion: String?
        let promptTokens: Int?
        let exampleSet: String?
        let model: ModelFacts?
        let preferenceModel: String?
        let sampling: SamplingSettings?
        let seed: String
        let choice: OpinionChoice?
    }

    /// Entries of the study, the newest first; for researchers with the words that others may read. That somebody has seen
    /// conditions is written down.
    /// - Parameters:
    ///   - showingConditions: whether to say what tells the conditions.
    ///   - group: only those of the group with this number.
    ///   - before: only those before this one.
    /// - Throws: ``InterventionError/unknownGeneration(_:study:)`` where `before` is not of the study.
    public func entries(
        of study: Study, for actor: AuditLog.Actor, showingConditions: Bool, group: Int? = nil, onlyFailed: Bool = false,
        before: UUID? = nil
    ) async throws -> [GenerationRecord] {
        if showingConditions { try await noteConditions(study, actor) }
        let end: Date? = if let before { try await createdAt(before, study) } else { nil }
        return try await database.transaction(isolation: .repeatableRead) { connection in
            let rows = try await Self.rows(
                of: study, for: actor,
                where: """
                    (\(group.map(Int64.init))::bigint IS NULL OR g.number = \(group.map(Int64.init)))
                    AND (NOT \(onlyFailed) OR n.error IS NOT NULL AND n.state <> 'skipped')
                    AND (\(end)::timestamptz IS NULL OR (n.created_at, n.id) < (\(end), \(before)::uuid))
                    """, in: connection)
            let seats = try await Self.seats(of: rows, in: connection)
            return rows.map { Self.record($0, seats, showingConditions: showingConditions, making: nil) }
        }
    }

    /// One entry with everything that is kept of it, if conditions are shown.
    /// - Throws: ``InterventionError/unknownGeneration(_:study:)``.
    public func entry(
        _ id: UUID, of study: Study, for actor: AuditLog.Actor, showingConditions: Bool
    ) async throws -> GenerationRecord {
        if showingConditions { try await noteConditions(study, actor) }
        return try await database.transaction(isolation: .repeatableRead) { connection in
            guard let row = try await Self.rows(of: study, for: actor, where: "n.id = \(id)", in: connection).first else {
                throw unknown(id, study)
            }
            let seats = try await Self.seats(of: [row], in: connection)
            let making = showingConditions ? try await Self.making(row, seats, for: actor, in: connection) : nil
            return Self.record(row, seats, showingConditions: showingConditions, making: making)
        }
    }

    private func createdAt(_ id: UUID, _ study: Study) async throws -> Date {
        let time = try await database.first(
            """
            SELECT n.created_at FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
            WHERE n.id = \(id) AND g.study_id = \(study.id)
            """, as: Date.self)
        guard let time else { throw unknown(id, study) }
        return time
    }

    private func unknown(_ id: UUID, _ study: Study) -> InterventionError {
        .unknownGeneration(id.uuidString.lowercased(), study: study.settings.name)
    }

    private func noteConditions(_ study: Study, _ actor: AuditLog.Actor) async throws {
        try await AuditLog(database: database).recordOnce("study.show-conditions", by: actor, study: study.id)
    }

    /// Whether they may read what others may not.
    private static func readsAll(_ actor: AuditLog.Actor) -> Bool { actor.user?.role != .researcher }

    private static func rows(
        of study: Study, for actor: AuditLog.Actor, where condition: SQL, in connection: Connection
    ) async throws -> [Row] {
        let statements: SQL = readsAll(actor) ? "statements" : "visible_statements"
        return try await connection.rows(
            """
            SELECT n.id, r.id AS round_id, g.number AS "group", r.number AS round, n.state, n.attempts, n.error, n.created_at,
                   n.started_at, n.finished_at, n.seconds,
                   CASE WHEN n.state IN ('queued', 'running')
                        THEN least(1, n.tokens_done::float8 / greatest(n.tokens_expected, 1)) ELSE 1 END AS progress,
                   n.condition, n.source, n.settings->>'select' AS "select", n.alpha,
                   n.included_participant_ids AS included, n.excluded_participant_ids AS excluded,
                   ARRAY(SELECT s.text FROM \(sql: statements) s WHERE s.generation_id = n.id ORDER BY s.number) AS statements,
                   ARRAY(SELECT s.author_id FROM statements s WHERE s.generation_id = n.id AND s.author_id IS NOT NULL
                         ORDER BY s.number) AS authors
            FROM \(sql: Watching.groups(of: study.id)) g JOIN rounds r ON r.group_id = g.id
                 JOIN generations n ON n.round_id = r.id
            WHERE n.source <> 'attention-check' AND \(sql: condition)
            ORDER BY n.created_at DESC, n.id DESC LIMIT \(Int64(page))
            """, as: Row.self)
    }

    /// The seat of each member of the groups of these rows.
    private static func seats(of rows: [Row], in connection: Connection) async throws -> [UUID: Int] {
        let found = try await connection.query(
            """
            SELECT DISTINCT m.participant_id, m.seat FROM rounds r JOIN members m ON m.group_id = r.group_id
            WHERE r.id = ANY(\(rows.map(\.roundId)))
            """, as: (UUID, Int16).self)
        return Dictionary(found.map { ($0.0, Int($0.1)) }) { one, _ in one }
    }

    private static func record(
        _ row: Row, _ seats: [UUID: Int], showingConditions: Bool, making: GenerationRecord.Making?
    ) -> GenerationRecord {
        // That a condition was skipped, and why, tells of exclusions.
        let isSkipped = row.state == "skipped"
        return GenerationRecord(
            id: row.id, group: row.group, round: row.round, state: isSkipped && !showingConditions ? "finished" : row.state,
            attempts: row.attempts, error: isSkipped && !showingConditions ? nil : row.error, createdAt: row.createdAt,
            startedAt: row.startedAt, finishedAt: row.finishedAt, seconds: row.seconds, progress: row.progress,
            shown: showingConditions
                ? .init(
                    condition: row.condition, source: row.source, select: row.select,
                    alpha: row.alpha.map { $0.isFinite ? "\($0)" : "inf" }, included: row.included.compactMap { seats[$0] },
                    excluded: row.excluded.compactMap { seats[$0] }, statements: row.statements) : nil,
            making: making)
    }

    private static func making(
        _ row: Row, _ seats: [UUID: Int], for actor: AuditLog.Actor, in connection: Connection
    ) async throws -> GenerationRecord.Making? {
        let prompt: SQL = readsAll(actor)
            ? "n.prompt_text" : "(SELECT v.prompt_text FROM visible_prompts v WHERE v.generation_id = n.id) AS prompt_text"
        let drafts: SQL = readsAll(actor) ? "candidates" : "visible_candidates"
        let kept = try await connection.rows(
            """
            SELECT \(sql: prompt), n.prompt_template, n.prompt_version, n.prompt_tokens, n.example_set, n.model,
                   (SELECT m.name || ' ' || m.version FROM models m WHERE m.id = n.preference_model_id) AS preference_model,
                   n.sampling, n.seed::text AS seed, n.choice
            FROM generations n WHERE n.id = \(row.id)
            """, as: Kept.self
        ).first
        guard let kept else { return nil }
        let candidates = try await connection.rows(
            """
            SELECT c.draw, c.number, c.text, c.token_count AS tokens, c.log_probability, c.finish, c.malformation,
                   c.duplicate_draw || '.' || c.duplicate_number AS duplicate_of,
                   (SELECT jsonb_object_agg(m.seat, p.value)
                    FROM jsonb_each(c.predictions) p JOIN members m ON m.participant_id::text = p.key) AS predictions,
                   c.welfare, c.rank, c.chosen
            FROM \(sql: drafts) c WHERE c.generation_id = \(row.id) ORDER BY c.draw, c.number
            """, as: GenerationRecord.Candidate.self)
        let select = row.select.flatMap(Condition.Selection.init(rawValue:)) ?? .first
        let welfare = kept.choice.map { bySeat($0.welfare, seats) }
        let why: String = switch Condition.Source(rawValue: row.source) {
        case .model: ChoiceWords.why(select, alpha: row.alpha, candidates)
        case .humanOpinion:
            ChoiceWords.whyOpinion(select, alpha: row.alpha, authors: row.authors.compactMap { seats[$0] }, welfare: welfare)
        case .positionStatement, nil:
            row.statements.count > 1
                ? "The position statements of the question are shown; chance decided their order."
                : "A position statement of the question is shown; chance decided which."
        }
        return .init(
            why: why, prompt: kept.promptText, promptTemplate: kept.promptTemplate, promptVersion: kept.promptVersion,
            promptTokens: kept.promptTokens, exampleSet: kept.exampleSet, model: kept.model,
            preferenceModel: kept.preferenceModel, sampling: kept.sampling, seed: kept.seed, candidates: candidates,
            agreements: kept.choice.map { bySeat($0.agreements, seats).mapValues { bySeat($0, seats) } }, welfare: welfare)
    }

    /// The same by seats instead of participants' ids.
    private static func bySeat<Value>(_ values: [String: Value], _ seats: [UUID: Int]) -> [String: Value] {
        Dictionary(values.compactMap { id, value in UUID(uuidString: id).flatMap { seats[$0] }.map { ("\($0)", value) } }) {
            one, _ in one
        }
    }
}
