// Stopping before the end, which anybody may at any time.

import Foundation
import Postgres

/// Lets people stop, with their answers kept or deleted.
public struct Departure: Sendable {
    /// What becomes of the answers of somebody who stops.
    public enum Answers: String, Codable, Sendable {
        case keep, delete
    }

    let database: Database

    public init(database: Database) {
        self.database = database
    }

    /// Ends the participant's part by their own choice. Whoever has seen a statement is debriefed first. Asking again
    /// changes nothing, except that answers kept so far can still be deleted, also by whoever has finished.
    public func leave(_ participantID: UUID, answers: Answers) async throws {
        try await database.transaction { connection in
            try await Self.leave(participantID, answers: answers, in: connection)
        }
    }

    private static func leave(_ participantID: UUID, answers: Answers, in connection: Connection) async throws {
        let (pool, roundID) = try await lockEverything(of: participantID, in: connection)
        let stage = try await connection.first(
            "SELECT stage FROM participants WHERE id = \(participantID) FOR UPDATE", as: String.self
        ).flatMap(Participant.Stage.init(rawValue:))
        guard let stage else { throw StudyError.noSession }
        let reason = answers == .keep ? EndReason.stoppedKeep : .stoppedDelete
        switch stage {
        case .entry, .instructions, .comprehension, .lobby, .group, .exit:
            try await Ending.end(participantID, because: reason, in: connection)
        case .debriefing, .done, .ended:
            // Their part is over, and stays as it ended: whoever has finished is paid for it.
            guard answers == .delete else { return }
            try await connection.execute(
                """
                UPDATE participants SET end_reason = 'stopped-delete'
                WHERE id = \(participantID) AND end_reason = 'stopped-keep'
                """)
        }
        let erased = answers == .delete ? try await Erasure.erase(participantID, in: connection) : nil
        if let roundID {
            try await RoundProgression.take(.left(participantID), in: roundID, connection)
            if let erased { try await RoundProgression.take(erased, in: roundID, connection) }
        }
        if stage == .lobby { try await Lobby.announce(pool, in: connection) }
        try await Changes.announce([participantID], in: connection)
    }

    /// The name of the study that the person with this id in dumps is in; nil when there is nobody.
    public func study(of person: String) async throws -> String? {
        guard let id = UUID(uuidString: person) else { return nil }
        return try await database.first(
            "SELECT s.name FROM participants p JOIN studies s ON s.id = p.study_id WHERE p.id = \(id)", as: String.self)
    }

    /// Deletes what somebody in the study `name` wrote and rated, and what quotes it; their part ends if it has not. Asking
    /// again changes nothing.
    /// - Parameters:
    ///   - person: their id on the platform that they came from, or in the dump.
    ///   - reason: kept in the log.
    /// - Throws: ``StudyError`` when there is no such study, or nobody with this id in it.
    public func erase(
        _ person: String, study name: String, because reason: String = "", by actor: AuditLog.Actor = .commandLine
    ) async throws -> ErasureReport {
        let study = try await StudyCatalog.study(named: name, in: database)
        let id = try await Participant.find(person, in: study, database)
        if let before = try await ErasureReport.of(id, isNew: false, in: database) { return before }
        let outcome = try await Interventions(database: database).carryOut(.erase(id, reason: reason), in: study, by: actor)
        guard let report = try await ErasureReport.of(id, isNew: outcome.done, in: database) else {
            throw StudyError.unknownParticipant(person, study: name)
        }
        return report
    }

    /// Deletes what a participant wrote and rated, and what quotes it, in a transaction that holds no row of a study, a round
    /// or a participant; their part ends if it has not.
    /// - Returns: whether there was anything left to delete.
    static func erase(_ participantID: UUID, in connection: Connection) async throws -> Bool {
        // Of two who ask at once, the second has to see what the first has done.
        _ = try await lockEverything(of: participantID, in: connection)
        let before = try await connection.first(
            "SELECT true FROM erasures WHERE participant_id = \(participantID)", as: Bool.self)
        guard before == nil else { return false }
        try await leave(participantID, answers: .delete, in: connection)
        return true
    }

    /// Ends the part of somebody who is still in the study, for a reason that is not their own choice: also while they
    /// read the debriefing. In a transaction that holds no row of a study, a round or a participant.
    /// - Returns: whether it had not ended before.
    static func end(_ participantID: UUID, because reason: EndReason, in connection: Connection) async throws -> Bool {
        let (pool, roundID) = try await lockEverything(of: participantID, in: connection)
        guard try await Ending.end(participantID, because: reason, in: connection) else { return false }
        if let roundID { try await RoundProgression.take(.left(participantID), in: roundID, connection) }
        try await Lobby.announce(pool, in: connection)
        return true
    }

    /// Locks what has to be locked before the participant's row.
    /// - Returns: those who wait with them, and the round that their group is in, whether or not they have left it.
    private static func lockEverything(
        of participantID: UUID, in connection: Connection
    ) async throws -> (pool: Lobby.Pool, roundID: UUID?) {
        // The study's row first, so that nobody is put into a group meanwhile; then the round's, then the
        // participant's, as everywhere. While this waits for the round, the group may move to the next.
        let pool = try await Lobby.lockPool(of: participantID, in: connection)
        var roundID = try await activeRound(of: participantID, in: connection)
        while let id = roundID {
            _ = try await RoundProgression.lock(id, in: connection)
            let now = try await activeRound(of: participantID, in: connection)
            if now == id { break }
            roundID = now
        }
        return (pool, roundID)
    }

    private static func activeRound(of participantID: UUID, in connection: Connection) async throws -> UUID? {
        try await connection.first(
            """
            SELECT r.id FROM members m JOIN rounds r ON r.group_id = m.group_id
            WHERE m.participant_id = \(participantID) AND r.phase = ANY(\(RoundPhase.live))
            """, as: UUID.self)
    }
}
