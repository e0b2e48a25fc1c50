// The lobby: people who wait for a group.

import Foundation
import LanguageModel
import Postgres

/// Forms groups by arrival, of people who are there. Synthetic people and real ones never meet.
enum Lobby {
    /// How long after the last sign of somebody they still count as there, in seconds. An open page gives a sign at
    /// least every 15.
    static let presenceSeconds = 60

    /// Those who wait together: for the same version of a study, all synthetic or all real.
    struct Pool: Sendable, Hashable {
        let studyID: UUID
        let versionID: UUID
        let synthetic: Bool
    }

    private struct Waiting: Sendable {
        let id: UUID
        let isPresent: Bool
        let isLate: Bool
    }

    /// Makes groups while enough people are there; when somebody's time is up, a smaller one if the minimum allows, and
    /// else lets go those whose time is up. The caller holds the study's row.
    static func fill(_ pool: Pool, in connection: Connection) async throws {
        guard
            let settings = try await connection.first(
                "SELECT settings FROM study_versions WHERE id = \(pool.versionID)", as: JSONB<StudySettings>.self)?.value
        else { return }
        let everybody = try await waiting(pool, in: connection)
        var present = everybody.filter(\.isPresent)
        var places = try await groupsLeft(pool, settings, connection)
        while present.count >= settings.groups.size, places > 0 {
            try await form(Array(present.prefix(settings.groups.size)), pool, settings, in: connection)
            present.removeFirst(settings.groups.size)
            places -= 1
        }
        if places > 0, present.contains(where: \.isLate), present.count >= settings.groups.minimum {
            try await form(present, pool, settings, in: connection)
            present = []
            places -= 1
        }
        if places == 0 {
            for person in everybody.filter({ !$0.isPresent }) + present {
                try await Ending.end(person.id, because: .overQuota, in: connection)
            }
            return try await Changes.announce(everybody.map(\.id), in: connection)
        }
        for person in present where person.isLate {
            try await Ending.end(person.id, because: .waitedInVain, in: connection)
        }
        for person in everybody where person.isLate && !person.isPresent {
            try await Ending.end(person.id, because: .timedOut, in: connection)
        }
        try await Changes.announce(everybody.map(\.id), in: connection)
    }

    /// How many groups the study still wants; a group that was let go leaves its place to another.
    private static func groupsLeft(
        _ pool: Pool, _ settings: StudySettings, _ connection: Connection
    ) async throws -> Int {
        guard let wanted = settings.groupsWanted, !pool.synthetic else { return .max }
        let present = try await connection.first(
            """
            SELECT count(*) FROM groups
            WHERE study_id = \(pool.studyID) AND synthetic = \(pool.synthetic) AND state <> 'released'
            """, as: Int.self)
        return max(0, wanted - (present ?? 0))
    }

    private static func waiting(_ pool: Pool, in connection: Connection) async throws -> [Waiting] {
        try await connection.query(
            """
            SELECT id, last_seen_at > now() - make_interval(secs => \(Double(presenceSeconds))),
                   stage_deadline_at <= now()
            FROM participants
            WHERE study_id = \(pool.studyID) AND study_version_id = \(pool.versionID) AND synthetic = \(pool.synthetic)
              AND stage = 'lobby'
            ORDER BY lobby_entered_at, id FOR UPDATE
            """, as: (UUID, Bool, Bool).self
        ).map { Waiting(id: $0.0, isPresent: $0.1, isLate: $0.2) }
    }

    /// A new group of `people`, seated by arrival, with all its rounds and their questions drawn from its seed.
    private static func form(
        _ waiting: [Waiting], _ pool: Pool, _ settings: StudySettings, in connection: Connection
    ) async throws {
        let people = waiting.map(\.id)
        let seed = Int64.random(in: 0...Int64.max)
        let assignment = try await Assignment.next(in: pool, settings, connection)
        let size = Int16(people.count)
        guard
            let groupID = try await connection.first(
                """
                INSERT INTO groups (study_id, study_version_id, synthetic, size, minimum, seed, allocation, arm)
                VALUES (\(pool.studyID), \(pool.versionID), \(pool.synthetic), \(size),
                        \(Int16(settings.groups.minimum)), \(seed), \(Int32(assignment.allocation)),
                        \(assignment.arm?.name))
                RETURNING id
                """, as: UUID.self)
        else { return }
        try await connection.execute(
            """
            INSERT INTO members (group_id, group_size, participant_id, seat)
            SELECT \(groupID)::uuid, \(size)::smallint, person.id, person.seat
            FROM unnest(\(people)::uuid[]) WITH ORDINALITY AS person (id, seat)
            """)
        try await connection.execute(
            """
            UPDATE participants SET stage = 'group', stage_entered_at = now(), stage_deadline_at = NULL
            WHERE id = ANY(\(people))
            """)

        // Questions that the study has used least come first; the seed decides among equals.
        var generator = SplitMix64(seed: UInt64(seed))
        var questions = try await connection.query(
            """
            SELECT q.id, count(r.id)
            FROM study_versions v
            JOIN questions q ON q.question_set_version_id = v.question_set_version_id
            LEFT JOIN rounds r ON r.question_id = q.id
                 AND r.group_id IN (SELECT g.id FROM groups g WHERE g.study_id = \(pool.studyID)
                                                               AND g.synthetic = \(pool.synthetic))
            WHERE v.id = \(pool.versionID) AND q.split = \(settings.questions.split.rawValue)
            GROUP BY q.id, q.position ORDER BY q.position
            """, as: (UUID, Int).self)
        generator.shuffle(&questions)
        let drawn = questions.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
            .prefix(settings.rounds).map(\.element.0)
        for (index, questionID) in drawn.enumerated() {
            try await connection.execute(
                """
                INSERT INTO rounds (group_id, number, question_id, seed, conditions)
                VALUES (\(groupID), \(Int16(index + 1)), \(questionID), \(Int64(generator.next() >> 1)),
                        \(assignment.conditions[index]))
                """)
        }
        try await RoundProgression.startNextRound(ofGroup: groupID, settings: settings, in: connection)
    }
}
