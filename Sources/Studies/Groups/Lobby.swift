// The lobby: people who wait for a group.

import Foundation
import LanguageModel
import Postgres

/// Forms groups by arrival. Synthetic people and real ones never meet.
enum Lobby {
    /// Makes groups while enough people wait. The caller holds the study's row.
    static func fill(
        studyID: UUID, versionID: UUID, synthetic: Bool, in connection: Connection
    ) async throws {
        guard
            let settings = try await connection.first(
                "SELECT settings FROM study_versions WHERE id = \(versionID)", as: JSONB<StudySettings>.self)?.value
        else { return }
        var waiting = try await waiting(studyID: studyID, versionID: versionID, synthetic: synthetic, in: connection)
        let everybody = waiting
        while waiting.count >= settings.groups.size {
            let people = Array(waiting.prefix(settings.groups.size))
            waiting.removeFirst(people.count)
            try await form(
                people, studyID: studyID, versionID: versionID, settings: settings, synthetic: synthetic,
                in: connection)
        }
        try await Changes.announce(everybody, in: connection)
    }

    private static func waiting(
        studyID: UUID, versionID: UUID, synthetic: Bool, in connection: Connection
    ) async throws -> [UUID] {
        try await connection.query(
            """
            SELECT id FROM participants
            WHERE study_id = \(studyID) AND study_version_id = \(versionID) AND synthetic = \(synthetic)
              AND stage = 'lobby'
            ORDER BY lobby_entered_at, id FOR UPDATE
            """, as: UUID.self)
    }

    /// A new group of `people`, seated by arrival, with all its rounds and their questions drawn from its seed.
    private static func form(
        _ people: [UUID], studyID: UUID, versionID: UUID, settings: StudySettings, synthetic: Bool,
        in connection: Connection
    ) async throws {
        let seed = Int64.random(in: 0...Int64.max)
        let size = Int16(people.count)
        guard
            let groupID = try await connection.first(
                """
                INSERT INTO groups (study_id, study_version_id, synthetic, size, minimum, seed)
                VALUES (\(studyID), \(versionID), \(synthetic), \(size), \(Int16(settings.groups.minimum)), \(seed))
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
                 AND r.group_id IN (SELECT g.id FROM groups g WHERE g.study_id = \(studyID)
                                                               AND g.synthetic = \(synthetic))
            WHERE v.id = \(versionID) AND q.split = \(settings.questions.split.rawValue)
            GROUP BY q.id, q.position ORDER BY q.position
            """, as: (UUID, Int).self)
        generator.shuffle(&questions)
        let drawn = questions.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
            .prefix(settings.rounds).map(\.element.0)
        for (index, questionID) in drawn.enumerated() {
            try await connection.execute(
                """
                INSERT INTO rounds (group_id, number, question_id, seed)
                VALUES (\(groupID), \(Int16(index + 1)), \(questionID), \(Int64(generator.next() >> 1)))
                """)
        }
        try await RoundProgression.startNextRound(ofGroup: groupID, settings: settings, in: connection)
    }
}
