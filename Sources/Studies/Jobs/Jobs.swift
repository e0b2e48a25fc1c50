// Jobs in the database: asked for, claimed under a lease, told of.

import Foundation
import Postgres

/// The jobs of a database.
public struct Jobs: Sendable {
    /// Announced when a job is asked for.
    static let channel = "concord_jobs"
    /// How long a claim lasts unless it is renewed, in seconds.
    static let leaseSeconds = 30
    /// A job that so many runners were lost with is given up.
    static let tries = 3

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    private static let columns: SQL = """
        j.id, j.kind, s.name AS study, u.name AS user, j.state, j.done, j.total, j.note, j.error, j.created_at, j.started_at,
        j.finished_at, j.parameters::text AS parameters, j.result::text AS result
        """
    private static let tables: SQL = """
        jobs j LEFT JOIN studies s ON s.id = j.study_id LEFT JOIN users u ON u.id = j.user_id
        """

    /// Asks for a job. With `once`, one of the same kind and parameters that waits or runs is taken instead.
    /// - Parameter most: how many of the kind may wait or run for the user and the study; any number if nil.
    /// - Returns: its id.
    /// - Throws: ``UserError/tooManyJobs(_:)``.
    @discardableResult
    public func ask(
        for kind: String, with parameters: some Encodable & Sendable, study: UUID? = nil, by user: User? = nil, once: Bool = false,
        atMost most: Int? = nil
    ) async throws -> UUID {
        try await database.transaction {
            try await Self.ask(for: kind, with: parameters, study: study, by: user, once: once, atMost: most, in: $0)
        }
    }

    /// Asks for a job in the transaction that logs it.
    static func ask(
        for kind: String, with parameters: some Encodable, study: UUID? = nil, by user: User? = nil, once: Bool = false,
        atMost most: Int? = nil, in connection: Connection
    ) async throws -> UUID {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(parameters), as: UTF8.self)
        if once {
            try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(kind + text), 0))")
            let same = try await connection.first(
                """
                SELECT id FROM jobs
                WHERE kind = \(kind) AND parameters = \(text)::jsonb AND study_id IS NOT DISTINCT FROM \(study)
                  AND user_id IS NOT DISTINCT FROM \(user?.id) AND state IN ('waiting', 'running')
                """, as: UUID.self)
            if let same { return same }
        }
        if let most {
            try await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(\(kind + (user?.name ?? "")), 1))")
            let open = try await connection.first(
                """
                SELECT count(*) FROM jobs
                WHERE kind = \(kind) AND study_id IS NOT DISTINCT FROM \(study) AND user_id IS NOT DISTINCT FROM \(user?.id)
                  AND state IN ('waiting', 'running')
                """, as: Int.self)
            guard open ?? 0 < most else { throw UserError.tooManyJobs(most) }
        }
        let id = UUID()
        try await connection.execute(
            """
            INSERT INTO jobs (id, kind, study_id, user_id, parameters)
            VALUES (\(id), \(kind), \(study), \(user?.id), \(text)::jsonb)
            """)
        try await connection.execute("SELECT pg_notify(\(Self.channel), \(id.uuidString))")
        return id
    }

    /// The job with this id, if the user may see it: they asked for it, or it is for a study of theirs.
    /// - Throws: ``UserError/unknownJob``.
    public func job(_ id: UUID, for user: User) async throws -> Job {
        let job = try await database.rows(
            """
            SELECT \(sql: Self.columns) FROM \(sql: Self.tables)
            WHERE j.id = \(id) AND (j.user_id = \(user.id) OR j.study_id IS NOT NULL AND \(sql: StudyAccess.has(user)))
            """, as: Job.self
        ).first
        guard let job else { throw UserError.unknownJob }
        return job
    }

    /// The newest jobs of these kinds, for a study or for none.
    public func list(kinds: [String], study: UUID? = nil, limit: Int = 50) async throws -> [Job] {
        try await database.rows(
            """
            SELECT \(sql: Self.columns) FROM \(sql: Self.tables)
            WHERE j.kind = ANY(\(kinds)) AND j.study_id IS NOT DISTINCT FROM \(study)
            ORDER BY j.created_at DESC, j.id LIMIT \(limit)
            """, as: Job.self)
    }

    /// Asks that a job be stopped. One that waits is cancelled at once; one that is over, or was asked to stop before, stays as
    /// it is.
    /// - Parameter actor: who asks, for the log; nothing is logged without, nor where there was nothing to stop.
    public func cancel(_ id: UUID, by actor: AuditLog.Actor? = nil) async throws {
        try await database.transaction { connection in
            let kind = try await connection.first(
                """
                UPDATE jobs SET cancel_requested = true,
                                state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END,
                                finished_at = CASE state WHEN 'waiting' THEN now() ELSE finished_at END
                WHERE id = \(id) AND state IN ('waiting', 'running') AND NOT cancel_requested RETURNING kind
                """, as: String.self)
            guard let kind, let actor else { return }
            try await AuditLog.record("job.cancel", by: actor, subject: id.uuidString, details: ["kind": kind], in: connection)
        }
    }

    // MARK: - For the runner

    /// Claims the oldest job of these kinds that waits, or whose runner was lost.
    func claim(kinds: [String], worker: UUID) async throws -> Job? {
        try await database.transaction { connection in
            // Whoever took three runners with it would take a fourth.
            try await connection.execute(
                """
                UPDATE jobs SET state = 'failed', lease_expires_at = NULL, worker = NULL, finished_at = now(),
                                error = 'The server was stopped several times while it worked on this. Please try again.'
                WHERE state = 'running' AND lease_expires_at < now() AND tries >= \(Int16(Self.tries))
                """)
            let id = try await connection.first(
                """
                UPDATE jobs SET state = 'running', worker = \(worker), tries = tries + 1,
                                started_at = coalesce(started_at, now()),
                                lease_expires_at = now() + make_interval(secs => \(Double(Self.leaseSeconds)))
                WHERE id = (SELECT id FROM jobs
                            WHERE kind = ANY(\(kinds))
                              AND (state = 'waiting' OR state = 'running' AND lease_expires_at < now())
                            ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
                RETURNING id
                """, as: UUID.self)
            guard let id else { return nil }
            return try await connection.rows(
                "SELECT \(sql: Self.columns) FROM \(sql: Self.tables) WHERE j.id = \(id)", as: Job.self
            ).first
        }
    }

    /// Stores progress and renews the lease.
    /// - Returns: whether to go on: the job is still this runner's, and nobody has asked to stop it.
    func report(_ progress: JobProgress.Latest, of id: UUID, worker: UUID) async throws -> Bool {
        try await database.first(
            """
            UPDATE jobs SET done = \(progress.done), total = \(progress.total), note = \(progress.note),
                            lease_expires_at = now() + make_interval(secs => \(Double(Self.leaseSeconds)))
            WHERE id = \(id) AND worker = \(worker) AND state = 'running' RETURNING NOT cancel_requested
            """, as: Bool.self) ?? false
    }

    func finish(_ id: UUID, worker: UUID, with result: String, _ progress: JobProgress.Latest) async throws {
        try await database.execute(
            """
            UPDATE jobs SET state = 'finished', result = \(result)::jsonb, finished_at = now(), worker = NULL,
                            lease_expires_at = NULL, done = \(progress.done), total = \(progress.total), note = ''
            WHERE id = \(id) AND worker = \(worker) AND state = 'running'
            """)
    }

    func fail(_ id: UUID, worker: UUID, because reason: String) async throws {
        try await database.execute(
            """
            UPDATE jobs SET state = 'failed', error = \(reason), finished_at = now(), worker = NULL, lease_expires_at = NULL
            WHERE id = \(id) AND worker = \(worker) AND state = 'running'
            """)
    }

    /// Puts a job that was interrupted where it belongs: cancelled if that was asked for, else back among those that wait.
    func giveBack(_ id: UUID, worker: UUID) async throws {
        try await database.execute(
            """
            UPDATE jobs SET state = CASE WHEN cancel_requested THEN 'cancelled' ELSE 'waiting' END,
                            finished_at = CASE WHEN cancel_requested THEN now() END,
                            tries = tries - 1, worker = NULL, lease_expires_at = NULL
            WHERE id = \(id) AND worker = \(worker) AND state = 'running'
            """)
    }
}
