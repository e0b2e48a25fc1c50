// Carrying out interventions: each once, in one transaction with its line in the audit log.

import Foundation
import Postgres

/// Does what admins ask for about a study under way.
public struct Interventions: Sendable {
    /// How soon somebody can be reminded again, in seconds.
    static let nudgeSeconds = 60.0

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Carries out an intervention in the study.
    /// - Parameter key: drawn by whoever asks. Asked again with the same key, it is not done again, and the answer is the same.
    /// - Returns: what came of it; `done` is false where there was nothing left to do.
    /// - Throws: ``InterventionError``, ``StudyError``.
    public func carryOut(
        _ intervention: Intervention, in study: Study, by actor: AuditLog.Actor, key: UUID = UUID()
    ) async throws -> Intervention.Outcome {
        try await database.transaction { connection in
            // Whoever comes second with the same key waits here until the first is done.
            let isNew = try await connection.execute(
                """
                INSERT INTO interventions (key, study_id, user_id, action, subject, done, says, detail)
                VALUES (\(key), \(study.id), \(actor.user?.id), \(intervention.action), \(intervention.subject), false, '',
                        \(intervention.detail))
                ON CONFLICT DO NOTHING
                """) == 1
            guard isNew else { return try await Self.before(key, intervention, study, in: connection) }
            let outcome = try await Self.act(intervention, study, in: connection)
            try await connection.execute(
                "UPDATE interventions SET done = \(outcome.done), says = \(outcome.says) WHERE key = \(key)")
            if outcome.done {
                try await AuditLog.record(
                    intervention.action, by: actor, study: study.id, subject: intervention.subject.uuidString.lowercased(),
                    details: intervention.details, in: connection)
            }
            return outcome
        }
    }

    /// The group of the study with this number, as ``WatchSnapshot`` counts them, or this id.
    /// - Throws: ``InterventionError/unknownGroup(_:study:)``.
    public func group(_ text: String, in study: Study) async throws -> UUID {
        let found = try await database.first(
            """
            SELECT g.id FROM \(sql: Watching.groups(of: study.id)) g
            WHERE g.number = \(Int64(text)) OR g.id = \(UUID(uuidString: text))::uuid
            """, as: UUID.self)
        guard let found else { throw InterventionError.unknownGroup(text, study: study.settings.name) }
        return found
    }

    /// The person of the study with this id on their platform, or in the dump.
    /// - Throws: ``StudyError/unknownParticipant(_:study:)``.
    public func person(_ text: String, in study: Study) async throws -> UUID {
        try await Participant.find(text, in: study, database)
    }

    /// How the same request was answered.
    private static func before(
        _ key: UUID, _ intervention: Intervention, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        let row = try await connection.first(
            """
            SELECT done, says FROM interventions
            WHERE key = \(key) AND study_id = \(study.id) AND action = \(intervention.action)
              AND subject = \(intervention.subject)
            """, as: (Bool, String).self)
        guard let row else { throw InterventionError.otherRequest }
        return .init(done: row.0, says: row.1)
    }

    private static func act(
        _ intervention: Intervention, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        switch intervention {
        case .nudge(let id): try await nudge(id, study, in: connection)
        case .releasePerson(let id): try await releasePerson(id, study, in: connection)
        case .remove(let id, _): try await remove(id, study, in: connection)
        case .erase(let id, _): try await erase(id, study, in: connection)
        case .extendPerson(let id, let minutes, let deadline):
            try await extendPerson(id, minutes, deadline, study, in: connection)
        case .releaseGroup(let id): try await releaseGroup(id, study, in: connection)
        case .moveOn(let id, let round, let phase): try await moveOn(id, round, phase, study, in: connection)
        case .endRound(let id, let round): try await endRound(id, round, study, in: connection)
        case .extendGroup(let id, let minutes, let deadline):
            try await extendGroup(id, minutes, deadline, study, in: connection)
        case .answer(let id, let text, let replacing):
            try await Messages.answer(id, with: text, replacing: replacing, in: study, connection)
                ? .init(done: true, says: "The answer is on the person's page.")
                : .init(done: false, says: "The message has this answer already.")
        }
    }

    // MARK: - People

    private static func require(_ id: UUID, in study: Study, _ connection: Connection) async throws {
        let isThere = try await connection.first(
            "SELECT true FROM participants WHERE id = \(id) AND study_id = \(study.id)", as: Bool.self)
        guard isThere == true else {
            throw StudyError.unknownParticipant(id.uuidString.lowercased(), study: study.settings.name)
        }
    }

    private static func nudge(_ id: UUID, _ study: Study, in connection: Connection) async throws -> Intervention.Outcome {
        try await require(id, in: study, connection)
        let group = try await connection.first(
            "SELECT group_id FROM members WHERE participant_id = \(id) AND left_at IS NULL AND away_since IS NULL", as: UUID.self)
        guard let group, let round = try await lockRound(of: group, in: connection) else { throw InterventionError.notWaitedFor }
        let owes = try await connection.first(
            """
            SELECT \(sql: Watching.owes) FROM members m JOIN rounds r ON r.id = \(round.id)
                 JOIN groups g ON g.id = m.group_id JOIN study_versions v ON v.id = g.study_version_id
            WHERE m.participant_id = \(id) AND m.left_at IS NULL AND m.away_since IS NULL
            """, as: String?.self)
        guard case .some(.some) = owes else { throw InterventionError.notWaitedFor }
        let isRecent = try await connection.first(
            """
            SELECT true FROM nudges
            WHERE participant_id = \(id) AND sent_at > now() - make_interval(secs => \(nudgeSeconds)) LIMIT 1
            """, as: Bool.self)
        guard isRecent == nil else { return .init(done: false, says: "They were reminded less than a minute ago.") }
        try await connection.execute("INSERT INTO nudges (participant_id, round_id) VALUES (\(id), \(round.id))")
        try await Changes.announce([id], in: connection)
        return .init(done: true, says: "Their page says now that the group waits for them.")
    }

    private static func releasePerson(
        _ id: UUID, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        try await require(id, in: study, connection)
        let pool = try await Lobby.lockPool(of: id, in: connection)
        let isWaiting = try await connection.first(
            "SELECT stage = 'lobby' FROM participants WHERE id = \(id) FOR UPDATE", as: Bool.self)
        guard isWaiting == true, try await Ending.end(id, because: .waitedInVain, in: connection) else {
            return .init(done: false, says: "They are not in the lobby any more.")
        }
        try await Lobby.announce(pool, in: connection)
        return .init(done: true, says: "They have been let go, with thanks for having waited.")
    }

    private static func remove(_ id: UUID, _ study: Study, in connection: Connection) async throws -> Intervention.Outcome {
        try await require(id, in: study, connection)
        return try await Departure.end(id, because: .removed, in: connection)
            ? .init(done: true, says: "Their part has ended.") : .init(done: false, says: "Their part was over already.")
    }

    private static func erase(_ id: UUID, _ study: Study, in connection: Connection) async throws -> Intervention.Outcome {
        try await require(id, in: study, connection)
        return try await Departure.erase(id, in: connection)
            ? .init(done: true, says: "What they wrote and rated has been deleted.")
            : .init(done: false, says: "What they wrote and rated was deleted before.")
    }

    private static func extendPerson(
        _ id: UUID, _ minutes: Double, _ seen: Date?, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        guard InterventionError.minutes.contains(minutes) else { throw InterventionError.badMinutes }
        try await require(id, in: study, connection)
        let deadline = try await connection.first(
            "SELECT stage_deadline_at FROM participants WHERE id = \(id) FOR UPDATE", as: Date?.self) ?? nil
        try checkSeen(seen, deadline)
        try await connection.execute(
            """
            UPDATE participants
            SET stage_deadline_at = greatest(stage_deadline_at, now()) + make_interval(secs => \(minutes * 60)) WHERE id = \(id)
            """)
        try await Changes.announce([id], in: connection)
        return .init(done: true, says: "They have \(Self.words(minutes)) more.")
    }

    // MARK: - Groups

    private static func require(group id: UUID, in study: Study, _ connection: Connection) async throws {
        let isThere = try await connection.first(
            "SELECT true FROM groups WHERE id = \(id) AND study_id = \(study.id)", as: Bool.self)
        guard isThere == true else {
            throw InterventionError.unknownGroup(id.uuidString.lowercased(), study: study.settings.name)
        }
    }

    /// Locks the round that a group is in. While this waits for its row, the group may move to the next.
    private static func lockRound(
        of groupID: UUID, in connection: Connection
    ) async throws -> (id: UUID, number: Int, phase: RoundPhase, deadline: Date?)? {
        while true {
            let found = try await connection.first(
                "SELECT id FROM rounds WHERE group_id = \(groupID) AND phase = ANY(\(RoundPhase.live))", as: UUID.self)
            guard let found else { return nil }
            let phase = try await RoundProgression.lock(found, in: connection)
            guard let phase, phase.isLive else { continue }
            let row = try await connection.first(
                "SELECT number, phase_deadline_at FROM rounds WHERE id = \(found)", as: (Int16, Date?).self)
            guard let row else { return nil }
            return (found, Int(row.0), phase, row.1)
        }
    }

    private static func releaseGroup(
        _ id: UUID, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        try await require(group: id, in: study, connection)
        guard let round = try await lockRound(of: id, in: connection) else {
            return .init(done: false, says: "The group is not under way any more.")
        }
        try await RoundProgression.take(.released, in: round.id, connection)
        return .init(done: true, says: "The group has been let go.")
    }

    private static func moveOn(
        _ id: UUID, _ number: Int?, _ phase: RoundPhase?, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        try await require(group: id, in: study, connection)
        guard let round = try await lockRound(of: id, in: connection),
            number ?? round.number == round.number, phase ?? round.phase == round.phase
        else { return .init(done: false, says: "The group has moved on already.") }
        try await RoundProgression.take(.deadlinePassed, in: round.id, connection)
        return .init(done: true, says: "The group goes on without those whom it waited for.")
    }

    private static func endRound(
        _ id: UUID, _ number: Int?, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        try await require(group: id, in: study, connection)
        guard let round = try await lockRound(of: id, in: connection), number ?? round.number == round.number else {
            return .init(done: false, says: "This round is over already.")
        }
        try await RoundProgression.take(.endedEarly, in: round.id, connection)
        return .init(done: true, says: "Round \(round.number) is over.")
    }

    private static func extendGroup(
        _ id: UUID, _ minutes: Double, _ seen: Date?, _ study: Study, in connection: Connection
    ) async throws -> Intervention.Outcome {
        guard InterventionError.minutes.contains(minutes) else { throw InterventionError.badMinutes }
        try await require(group: id, in: study, connection)
        guard let round = try await lockRound(of: id, in: connection) else { throw InterventionError.notUnderDeadline }
        try checkSeen(seen, round.deadline)
        try await connection.execute(
            """
            UPDATE rounds
            SET phase_deadline_at = greatest(phase_deadline_at, now()) + make_interval(secs => \(minutes * 60))
            WHERE id = \(round.id)
            """)
        try await Changes.announce(roundID: round.id, in: connection)
        return .init(done: true, says: "The group has \(Self.words(minutes)) more.")
    }

    /// That a deadline is still the one that was seen; times go over the wire in whole seconds.
    private static func checkSeen(_ seen: Date?, _ deadline: Date?) throws(InterventionError) {
        guard let deadline else { throw .notUnderDeadline }
        if let seen, abs(seen.timeIntervalSince(deadline)) >= 1.5 { throw .changedMeanwhile }
    }

    private static func words(_ minutes: Double) -> String {
        minutes == 1 ? "1 minute" : "\(minutes.formatted(.number.locale(.init(identifier: "en")))) minutes"
    }
}
