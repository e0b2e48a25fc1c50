// Looks for deadlines that have passed and moves on whoever waits for them.

import Foundation
import Logging
import Postgres

/// Nobody is ever stuck: every waiting state has a deadline in the database, and every server looks for those that have
/// passed. Any number may; each deadline is acted on once, under the row's lock.
public struct DeadlineWatch: Sendable {
    /// A pause in watching longer than this counts as nobody having watched, in seconds.
    static let longestPause = 20.0

    let database: Database
    let logger: Logger

    public init(database: Database, logger: Logger) {
        self.database = database
        self.logger = logger
    }

    /// Watches until the task is cancelled. An unreachable database is waited for.
    public func run() async {
        while !Task.isCancelled {
            guard (try? await sweep()) != nil else { return }
            try? await Task.sleep(for: .seconds(1))
        }
    }

    /// Acts on every deadline that has passed by now. What cannot be acted on is logged and holds up nothing else.
    /// - Throws: `CancellationError`, and nothing else.
    public func sweep() async throws {
        try await carryOut("putting deadlines off") { try await forgivePause() }
        try await carryOut("looking for rounds") { try await passRounds() }
        try await carryOut("looking for lobbies") { try await fillLobbies() }
        try await carryOut("looking for stages") { try await passStages() }
    }

    private func carryOut(_ task: String, of id: UUID? = nil, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            var metadata: Logger.Metadata = ["error": "\(error)"]
            metadata["id"] = id.map { "\($0)" }
            logger.log(level: id == nil ? .warning : .error, "watching deadlines: \(task) failed", metadata: metadata)
            if let id { await StudyWarnings(database: database).note("\(task) could not be acted on: \(error)", about: id, logger) }
        }
    }

    /// Time in which no server was there, so that nobody could answer, is added to every deadline.
    private func forgivePause() async throws {
        try await database.transaction { connection in
            let pause = try await connection.first(
                """
                SELECT extract(epoch FROM now() - watched_at)::float8 FROM deadline_watch FOR UPDATE
                """, as: Double.self)
            if let pause, pause > Self.longestPause {
                try await connection.execute(
                    """
                    UPDATE rounds SET phase_deadline_at = phase_deadline_at + make_interval(secs => \(pause))
                    WHERE phase_deadline_at IS NOT NULL
                    """)
                try await connection.execute(
                    """
                    UPDATE participants
                    SET stage_deadline_at = stage_deadline_at + make_interval(secs => \(pause))
                    WHERE stage_deadline_at IS NOT NULL
                    """)
                try await connection.execute(
                    "UPDATE participants SET asked_at = asked_at + make_interval(secs => \(pause)) WHERE asked_at IS NOT NULL")
                logger.notice(
                    "deadlines were put off by the time in which no server ran", metadata: ["seconds": "\(Int(pause))"])
            }
            try await connection.execute("UPDATE deadline_watch SET watched_at = now()")
        }
    }

    private func passRounds() async throws {
        let due = try await database.query(
            "SELECT id FROM rounds WHERE phase_deadline_at <= now() ORDER BY phase_deadline_at", as: UUID.self)
        for roundID in due {
            try await carryOut("a round's deadline", of: roundID) {
                try await database.transaction { connection in
                    let isDue = try await connection.first(
                        "SELECT true FROM rounds WHERE id = \(roundID) AND phase_deadline_at <= now() FOR UPDATE SKIP LOCKED",
                        as: Bool.self)
                    guard isDue == true else { return }
                    try await RoundProgression.take(.deadlinePassed, in: roundID, connection)
                }
            }
        }
    }

    /// Lobbies in which somebody's time is up or somebody is asked, or in which people have come back and are enough.
    private func fillLobbies() async throws {
        let pools = try await database.query(
            """
            SELECT p.study_id, p.study_version_id, p.synthetic
            FROM participants p JOIN study_versions v ON v.id = p.study_version_id
            WHERE p.stage = 'lobby'
            GROUP BY p.study_id, p.study_version_id, p.synthetic, v.settings
            HAVING bool_or(p.stage_deadline_at <= now()) OR bool_or(p.asked_at IS NOT NULL)
                OR count(*) FILTER (WHERE p.last_seen_at > now() - make_interval(secs => \(Double(Lobby.presenceSeconds)))
                                      AND p.idle_since IS NULL)
                   >= (v.settings->'groups'->>'minimum')::int
            """, as: (UUID, UUID, Bool).self)
        for pool in pools {
            try await carryOut("a lobby", of: pool.1) {
                try await database.transaction { connection in
                    try await connection.execute("SELECT id FROM studies WHERE id = \(pool.0) FOR NO KEY UPDATE")
                    try await Lobby.fill(
                        Lobby.Pool(studyID: pool.0, versionID: pool.1, synthetic: pool.2), in: connection)
                }
            }
        }
    }

    /// People who never got as far as the lobby, and those who did not answer the exit survey or say that they have read
    /// the debriefing.
    private func passStages() async throws {
        let due = try await database.query(
            """
            SELECT id FROM participants WHERE stage_deadline_at <= now() AND stage <> 'lobby'
            ORDER BY id
            """, as: UUID.self)
        for participantID in due {
            try await carryOut("a participant's deadline", of: participantID) {
                try await database.transaction { connection in
                    let isDue = try await connection.first(
                        """
                        SELECT true FROM participants WHERE id = \(participantID) AND stage_deadline_at <= now()
                        FOR UPDATE SKIP LOCKED
                        """, as: Bool.self)
                    guard isDue == true else { return }
                    try await Passage.take(participantID, on: .deadlinePassed, in: connection)
                }
            }
        }
    }
}
