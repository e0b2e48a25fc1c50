// Rehearsals in the database: asked for as jobs, and what their copies say of them.

import Foundation
import Postgres

/// The rehearsals of a database.
public struct Rehearsals: Sendable {
    let database: Database
    let jobs: Jobs

    public init(database: Database) {
        self.database = database
        jobs = Jobs(database: database)
    }

    /// Asks for a rehearsal of the newest version of `study`. While one of it waits or runs, that is the one, and nothing is
    /// logged.
    /// - Returns: the job's id.
    /// - Throws: ``StudyError/badRehearsal(_:)``.
    public func ask(for parameters: Rehearsal.Parameters, of study: Study, by actor: AuditLog.Actor) async throws -> UUID {
        try parameters.check()
        return try await database.transaction { connection in
            // One after another, so that of two who ask at once one gets the other's.
            try await connection.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(\(Rehearsal.kind), hashtext(\(study.id)::uuid::text)))")
            let present = try await connection.first(
                """
                SELECT id FROM jobs
                WHERE kind = \(Rehearsal.kind) AND study_id = \(study.id) AND state IN ('waiting', 'running')
                ORDER BY created_at DESC, id LIMIT 1
                """, as: UUID.self)
            if let present { return present }
            let id = try await Jobs.ask(
                for: Rehearsal.kind, with: parameters, study: study.id, by: actor.user, in: connection)
            try await AuditLog.record(
                "study.rehearse", by: actor, study: study.id, details: ["people": "\(parameters.people)"], in: connection)
            return id
        }
    }

    /// The rehearsals of a study, newest first.
    public func list(of study: Study) async throws -> [Job] {
        try await jobs.list(kinds: [Rehearsal.kind], study: study.id, limit: 20)
    }

    /// Whether a server is there that would carry one out: it looks for deadlines once a second.
    public func isServerThere() async throws -> Bool {
        try await database.first("SELECT watched_at > now() - interval '15 seconds' FROM deadline_watch", as: Bool.self) ?? false
    }

    /// What the rows of a rehearsal's copy say.
    public func figures(of copy: Study) async throws -> Rehearsal.Figures {
        let people = try await database.first(
            """
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), max(seconds)
            FROM (SELECT extract(epoch FROM coalesce(debriefed_at, stage_entered_at) - consented_at)::float8 AS seconds
                  FROM participants WHERE study_id = \(copy.id) AND stage = 'done') finished
            """, as: (Double?, Double?).self)
        let groups = try await database.first("SELECT count(*) FROM groups WHERE study_id = \(copy.id)", as: Int.self)
        let generations = try await database.rows(
            """
            SELECT n.condition, count(*) FILTER (WHERE n.state = 'finished') AS made,
                   count(*) FILTER (WHERE n.state = 'failed') AS failed,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM n.started_at - n.created_at)::float8) AS median_wait,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY n.seconds) AS median_seconds, max(n.seconds) AS longest_seconds
            FROM generations n JOIN rounds r ON r.id = n.round_id JOIN groups g ON g.id = r.group_id
            WHERE g.study_id = \(copy.id) AND n.source <> 'attention-check'
            GROUP BY n.condition ORDER BY min(n.position)
            """, as: Rehearsal.Generations.self)
        return Rehearsal.Figures(
            medianPersonSeconds: people?.0, longestPersonSeconds: people?.1, groups: groups ?? 0, generations: generations)
    }
}
