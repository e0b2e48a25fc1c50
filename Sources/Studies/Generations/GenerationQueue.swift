// Generation jobs in the database. Any number of workers, on any number of machines, claim from it; a lease that is
// not renewed passes the job on, and a late result of the former holder is dropped.

import Consensus
import Foundation
import LanguageModel
import Postgres

/// The queue of statements to be made.
public struct GenerationQueue: Sendable {
    /// The notification channel on which new jobs are announced.
    public static let channel = "concord_generations"
    /// How long a claim lasts without being renewed, in seconds.
    public static let leaseSeconds = 15
    /// How often a job may be begun, workers that were lost with it included.
    static let maximumClaims = 3

    /// What `candidates` says of a draft that is not shown, because it quotes an opinion that others may not read.
    static let quotesHidden = "quotes_hidden_opinion"

    /// How long a job that failed is left to other workers, in seconds.
    static let elsewhereSeconds = 5

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Claims the job that has waited longest, or one whose worker has died.
    /// - Returns: nil when nothing waits.
    public func claim(worker workerID: UUID) async throws -> GenerationJob? {
        try await giveUpLost()
        return try await database.transaction { connection in
            let row = try await connection.first(
                """
                UPDATE generations
                SET state = 'running', worker_id = \(workerID), attempts = attempts + 1,
                    started_at = clock_timestamp(),
                    lease_expires_at = clock_timestamp() + make_interval(secs => \(Double(Self.leaseSeconds)))
                WHERE id = (SELECT id FROM generations
                            WHERE state = 'queued' AND (worker_id IS DISTINCT FROM \(workerID)
                                                        OR lease_expires_at < clock_timestamp())
                               OR (state = 'running' AND lease_expires_at < clock_timestamp()
                                   AND attempts < \(Int16(Self.maximumClaims)))
                            -- People first, then whoever tries a copy of a study out.
                            ORDER BY (SELECT s.copy_of IS NOT NULL FROM rounds r JOIN groups g ON g.id = r.group_id
                                      JOIN studies s ON s.id = g.study_id WHERE r.id = generations.round_id),
                                     created_at, position LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING id, round_id, settings, seed, included_participant_ids, attempts, alpha,
                          coalesce(examples_seed, 0)
                """, as: (UUID, UUID, JSONB<Condition>, Int64, [UUID], Int16, Double?, Int64).self)
            guard let row else { return nil }
            let question = try await connection.first(
                """
                SELECT q.question, q.affirming_statement, q.negating_statement, v.settings
                FROM rounds r JOIN questions q ON q.id = r.question_id JOIN groups g ON g.id = r.group_id
                     JOIN study_versions v ON v.id = g.study_version_id
                WHERE r.id = \(row.1)
                """, as: (String, String, String, JSONB<StudySettings>).self)
            let opinions = try await connection.query(
                """
                SELECT o.participant_id, o.text, w.visible
                FROM unnest(\(row.4)::uuid[]) WITH ORDINALITY AS included (id, place)
                JOIN opinions o ON o.participant_id = included.id AND o.round_id = \(row.1)
                JOIN visible_opinions w ON w.id = o.id
                ORDER BY included.place
                """, as: (UUID, String, Bool).self)
            guard let question else { throw StudyError.movedOn }
            return GenerationJob(
                id: row.0, roundID: row.1, condition: row.2.value, seed: UInt64(row.3), question: question.0,
                positionStatements: [question.1, question.2],
                opinions: opinions.map { .init(participantID: $0.0, text: $0.1, mayBeShown: $0.2) }, alpha: row.6,
                examplesSeed: UInt64(row.7), prompts: question.3.value.prompts ?? [],
                preferenceModel: question.3.value.preferenceModel, attempt: row.5, workerID: workerID)
        }
    }

    /// Gives up jobs with which one worker after another was lost, so that none can end all workers in turn.
    private func giveUpLost() async throws {
        let lost: SQL = "state = 'running' AND lease_expires_at < clock_timestamp() AND attempts >= \(Int16(Self.maximumClaims))"
        let jobs = try await database.query(
            "SELECT id, round_id FROM generations WHERE \(sql: lost)", as: (UUID, UUID).self)
        for (id, roundID) in jobs {
            try await database.transaction { connection in
                _ = try await RoundProgression.lock(roundID, in: connection)
                let isLost = try await connection.first(
                    "SELECT true FROM generations WHERE id = \(id) AND \(sql: lost) FOR UPDATE", as: Bool.self)
                guard isLost == true else { return }
                try await RoundProgression.take(
                    .failed(id, attempt: Self.maximumClaims, because: "\(Self.maximumClaims) workers were lost with it"),
                    in: roundID, connection)
            }
        }
    }

    /// Renews the lease of `job` and records how far it is. Progress never goes back, whatever has to be drawn again.
    /// - Parameter share: what is done, 0 to 1.
    /// - Returns: false when the job is no longer this worker's: also when it takes longer than half of the study's limit
    ///   and has not been tried elsewhere, for which the other half is left.
    public func renew(_ job: GenerationJob, share: Double) async throws -> Bool {
        try await database.transaction { connection in
            if try await isHung(job, in: connection) {
                _ = try await RoundProgression.lock(job.roundID, in: connection)
                guard try await isHung(job, in: connection) else { return false }
                try await RoundProgression.take(.hung(job.id, attempt: Int(job.attempt)), in: job.roundID, connection)
                return false
            }
            let held = try await connection.execute(
                """
                UPDATE generations
                SET tokens_done = greatest(tokens_done, floor(tokens_expected * \(share)::float8)::int),
                    lease_expires_at = clock_timestamp() + make_interval(secs => \(Double(Self.leaseSeconds)))
                WHERE id = \(job.id) AND \(sql: Self.heldBy(job))
                """)
            if held == 1 { try await Changes.announce(roundID: job.roundID, in: connection) }
            return held == 1
        }
    }

    /// Stores the statements made for `job`, and opens the round's ratings when it was the last. A draft that quotes an
    /// opinion which others may not read now is no statement: the next best is. Where all do, the generation has failed, at
    /// once: another try would draw the same.
    /// - Returns: false, having stored nothing, when the job is no longer this worker's.
    @discardableResult
    public func finish(_ job: GenerationJob, with made: MadeStatements) async throws -> Bool {
        try await database.transaction { connection in
            _ = try await RoundProgression.lock(job.roundID, in: connection)
            let held = try await connection.execute(
                """
                UPDATE generations
                SET state = 'finished', finished_at = clock_timestamp(), error = NULL, lease_expires_at = NULL,
                    seconds = extract(epoch FROM clock_timestamp() - started_at)
                WHERE id = \(job.id) AND \(sql: Self.heldBy(job))
                """)
            guard held == 1 else { return false }
            switch made {
            case .draft(let draft, let preferenceModel):
                try await Self.store(draft, preferenceModel, of: job, in: connection)
            case .opinions(let opinions, let choice):
                try await connection.execute(
                    """
                    UPDATE generations SET choice = \(choice.map(JSONB.init)), preference_model_id = \(choice?.preferenceModel)
                    WHERE id = \(job.id)
                    """)
                for (place, opinion) in opinions.enumerated() {
                    try await connection.execute(
                        """
                        INSERT INTO statements (generation_id, round_id, number, text, author_id)
                        VALUES (\(job.id), \(job.roundID), \(Int16(place + 1)), \(opinion.text),
                                \(opinion.participantID))
                        """)
                }
            case .positionStatements(let texts):
                for (place, text) in texts.enumerated() {
                    try await connection.execute(
                        """
                        INSERT INTO statements (generation_id, round_id, number, text)
                        VALUES (\(job.id), \(job.roundID), \(Int16(place + 1)), \(text))
                        """)
                }
            }
            let statements = try await connection.first(
                "SELECT count(*) FROM visible_statements WHERE generation_id = \(job.id) AND text <> ''", as: Int.self)
            try await RoundProgression.take(.finished(job.id, statements: statements ?? 0), in: job.roundID, connection)
            return true
        }
    }

    /// Gives `job` back after an error: it is tried again, by another worker if one comes soon, or given up when it has
    /// been tried often enough; the round then goes on with the conditions that did finish.
    public func fail(_ job: GenerationJob, because reason: String) async throws {
        try await database.transaction { connection in
            _ = try await RoundProgression.lock(job.roundID, in: connection)
            let isHeld = try await connection.first(
                "SELECT true FROM generations WHERE id = \(job.id) AND \(sql: Self.heldBy(job)) FOR UPDATE", as: Bool.self)
            guard isHeld == true else { return }
            try await RoundProgression.take(
                .failed(job.id, attempt: Int(job.attempt), because: reason), in: job.roundID, connection)
        }
    }

    /// Whether `job`, this worker's, has taken more than half of the time that its study gives for making statements, and
    /// another try is left.
    private func isHung(_ job: GenerationJob, in connection: Connection) async throws -> Bool {
        guard job.attempt < RoundMachine.maximumAttempts else { return false }
        return try await connection.first(
            """
            SELECT true FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
                             JOIN study_versions v ON v.id = g.study_version_id
            WHERE n.id = \(job.id) AND n.state = 'running' AND n.worker_id = \(job.workerID) AND n.attempts = \(job.attempt)
              AND n.started_at < clock_timestamp()
                  - make_interval(secs => (v.settings->'time_limits'->>'drafting_minutes')::float8 * 60 / 2)
            """, as: Bool.self) ?? false
    }

    /// Gives `job` back untried, when its worker is stopping.
    public func release(_ job: GenerationJob) async throws {
        try await database.execute(
            """
            UPDATE generations
            SET state = 'queued', attempts = attempts - 1, lease_expires_at = NULL, worker_id = NULL
            WHERE id = \(job.id) AND \(sql: Self.heldBy(job))
            """)
        try await database.notify(Self.channel)
    }

    private static func heldBy(_ job: GenerationJob) -> SQL {
        "state = 'running' AND worker_id = \(job.workerID) AND attempts = \(job.attempt)"
    }

    private static func store(
        _ draft: Draft, _ preferenceModel: UUID?, of job: GenerationJob, in connection: Connection
    ) async throws {
        // The round's row is held, so that nobody decides about its opinions meanwhile.
        let hidden = try await connection.query(
            """
            SELECT o.text FROM opinions o JOIN visible_opinions w ON w.id = o.id
            WHERE o.round_id = \(job.roundID) AND NOT w.visible
            """, as: String.self)
        let common = [job.question] + job.positionStatements
        let quoting = Set(draft.candidates.indices.filter { index in
            hidden.contains { Quotation.occurs(of: $0, in: draft.candidates[index].text, besides: common) }
        })
        let chosen = draft.chosen(without: quoting)
        let reason = chosen.isEmpty ? GenerationError.onlyQuotations.description : nil
        try await connection.execute(
            """
            UPDATE generations
            SET model = \(JSONB(draft.model)), model_sha256 = \(draft.model.sha256),
                prompt_template = \(draft.templateName), prompt_version = \(draft.templateVersion),
                prompt_text = \(draft.promptText), prompt_tokens = \(Int32(draft.promptTokens)),
                shortened = \(JSONB(draft.shortened)), sampling = \(JSONB(draft.sampling)),
                example_set = \(draft.exampleSet), preference_model_id = \(preferenceModel),
                state = \(reason == nil ? "finished" : "failed"), error = \(reason)
            WHERE id = \(job.id)
            """)
        for (index, candidate) in draft.candidates.enumerated() {
            let original = candidate.duplicateOf.map { draft.candidates[$0] }
            let malformation = candidate.malformation?.rawValue ?? (quoting.contains(index) ? quotesHidden : nil)
            let predictions = candidate.predictions.map { predictions in
                JSONB(Dictionary(zip(job.opinions.map { $0.participantID.uuidString.lowercased() }, predictions)) { $1 })
            }
            try await connection.execute(
                """
                INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish,
                                        malformation, duplicate_draw, duplicate_number, predictions, welfare, rank,
                                        chosen)
                VALUES (\(job.id), \(Int16(candidate.draw)), \(Int16(candidate.index + 1)),
                        \(Int64(bitPattern: candidate.seed)), \(candidate.text), \(Int32(candidate.tokenCount)),
                        \(candidate.logProbability), \(candidate.finish.rawValue), \(malformation),
                        \(original.map { Int16($0.draw) }), \(original.map { Int16($0.index + 1) }), \(predictions),
                        \(candidate.welfare), \(candidate.rank.map { Int16($0) }),
                        \(chosen.contains(index)))
                """)
        }
        for (place, statement) in chosen.map({ draft.candidates[$0] }).enumerated() {
            try await connection.execute(
                """
                INSERT INTO statements (generation_id, round_id, number, text, malformed)
                VALUES (\(job.id), \(job.roundID), \(Int16(place + 1)), \(statement.text),
                        \(statement.malformation != nil))
                """)
        }
    }
}
