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

    /// Does what ``LobbyPlan`` says. The caller holds the study's row.
    static func fill(_ pool: Pool, in connection: Connection) async throws {
        guard
            let settings = try await connection.first(
                "SELECT settings FROM study_versions WHERE id = \(pool.versionID)", as: JSONB<StudySettings>.self)?.value
        else { return }
        let people = try await waiting(pool, settings, in: connection)
        let next = try await Assignment.next(people.count / 3 + 1, in: pool, settings, connection)
        let plan = LobbyPlan(
            people: people, sizes: next.map(\.size), minimum: settings.groups.minimum,
            composition: composition(settings), places: try await groupsLeft(pool, settings, connection))
        for (group, assignment) in zip(plan.groups, next) {
            try await form(group, assignment, pool, settings, in: connection)
        }
        for person in plan.ended { try await Ending.end(person.id, because: person.reason, in: connection) }
        try await connection.execute("UPDATE participants SET asked_at = now() WHERE id = ANY(\(plan.asked))")
        try await connection.execute(
            "UPDATE participants SET asked_at = NULL, idle_since = now() WHERE id = ANY(\(plan.idle))")
        if !plan.isEmpty { try await Changes.announce(people.map(\.id), in: connection) }
    }

    /// Somebody is at the page: they have been asked, or have come back. Into a group, if they were what it waited for.
    static func confirm(_ participantID: UUID, in connection: Connection) async throws {
        let pool = try await lockPool(of: participantID, in: connection)
        let confirmed = try await connection.execute(
            """
            UPDATE participants SET confirmed_at = now(), last_seen_at = now(), asked_at = NULL, idle_since = NULL
            WHERE id = \(participantID) AND stage = 'lobby'
            """)
        guard confirmed == 1 else { return }  // their group has begun, or their wait is over
        try await Changes.announce([participantID], in: connection)
        try await fill(pool, in: connection)
    }

    /// Locks the study's row, which orders everybody who enters, fills or leaves its lobby. The participant's row comes
    /// after it, always.
    /// - Returns: the pool that the participant waits in, or would.
    static func lockPool(of participantID: UUID, in connection: Connection) async throws -> Pool {
        try await connection.execute(
            """
            SELECT id FROM studies WHERE id = (SELECT study_id FROM participants WHERE id = \(participantID))
            FOR NO KEY UPDATE
            """)
        let pool = try await connection.first(
            "SELECT study_id, study_version_id, synthetic FROM participants WHERE id = \(participantID)",
            as: (UUID, UUID, Bool).self)
        guard let pool else { throw StudyError.noSession }
        return Pool(studyID: pool.0, versionID: pool.1, synthetic: pool.2)
    }

    /// Tells everybody in the lobby that others have come or gone.
    static func announce(_ pool: Pool, in connection: Connection) async throws {
        let ids = try await connection.query(
            """
            SELECT id FROM participants
            WHERE study_id = \(pool.studyID) AND study_version_id = \(pool.versionID) AND synthetic = \(pool.synthetic)
              AND stage = 'lobby'
            """, as: UUID.self)
        try await Changes.announce(ids, in: connection)
    }

    private static func composition(_ settings: StudySettings) -> GroupComposition {
        GroupComposition((settings.groups.compose ?? []).map(\.atLeast))
    }

    private static func merits(
        _ answers: JSONB<[String: SurveyAnswer]>?, _ attributes: JSONB<[String: String]>?, _ settings: StudySettings
    ) -> GroupComposition.Merits {
        let profile = Profile(answers: answers?.value ?? [:], attributes: attributes?.value ?? [:])
        return .init((settings.groups.compose ?? []).map { $0.criterion.holds(for: profile) })
    }

    /// How many members the group of somebody who waits has already, with them, and how many it is to have.
    static func places(
        around participantID: UUID, _ settings: StudySettings, in session: some PostgresSession
    ) async throws -> (taken: Int, all: Int) {
        let people = try await session.query(
            """
            SELECT p.study_id, p.study_version_id, p.synthetic, entry.answers, p.attributes
            FROM participants me JOIN participants p
              ON p.study_id = me.study_id AND p.study_version_id = me.study_version_id
                 AND p.synthetic = me.synthetic AND p.stage = 'lobby'
                 AND (p.id = me.id OR p.last_seen_at > now() - make_interval(secs => \(Double(presenceSeconds)))
                                      AND p.idle_since IS NULL)
              LEFT JOIN survey_responses entry ON entry.participant_id = p.id AND entry.survey = 'entry'
            WHERE me.id = \(participantID) ORDER BY p.id <> me.id, p.lobby_entered_at, p.id
            """,
            as: (UUID, UUID, Bool, JSONB<[String: SurveyAnswer]>?, JSONB<[String: String]>?).self)
        guard let me = people.first else { return (1, settings.groups.sizes.min() ?? 1) }
        let pool = Pool(studyID: me.0, versionID: me.1, synthetic: me.2)
        let size = try await Assignment.next(1, in: pool, settings, session).first?.size ?? 1
        let taken = composition(settings).placesTaken(of: size, by: people.map { merits($0.3, $0.4, settings) })
        return (taken, size)
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

    private static func waiting(
        _ pool: Pool, _ settings: StudySettings, in connection: Connection
    ) async throws -> [LobbyPlan<UUID>.Person] {
        // Somebody who has answered is not asked again for twice as long as they had to answer.
        let countdown = settings.groups.stillThere
        return try await connection.query(
            """
            SELECT p.id, last_seen_at > now() - make_interval(secs => \(Double(presenceSeconds))),
                   stage_deadline_at <= now(), idle_since IS NOT NULL, asked_at IS NOT NULL,
                   coalesce(asked_at <= now() - make_interval(secs => \(countdown)), false),
                   coalesce(confirmed_at > now() - make_interval(secs => \(2 * countdown)), false),
                   entry.answers, p.attributes
            FROM participants p
              LEFT JOIN survey_responses entry ON entry.participant_id = p.id AND entry.survey = 'entry'
            WHERE study_id = \(pool.studyID) AND study_version_id = \(pool.versionID) AND synthetic = \(pool.synthetic)
              AND stage = 'lobby'
            ORDER BY lobby_entered_at, p.id FOR UPDATE OF p
            """,
            as: (UUID, Bool, Bool, Bool, Bool, Bool, Bool, JSONB<[String: SurveyAnswer]>?, JSONB<[String: String]>?).self
        ).map { id, isPresent, isLate, isIdle, isAsked, isOver, isFresh, answers, attributes in
            LobbyPlan.Person(
                id: id, isPresent: isPresent, isLate: isLate,
                attention: isIdle ? .idle : isAsked ? (isOver ? .askedInVain : .asked) : isFresh ? .fresh : .unsure,
                merits: merits(answers, attributes, settings))
        }
    }

    /// A new group of `people`, seated by arrival, with all its rounds and their questions drawn from its seed.
    private static func form(
        _ people: [UUID], _ assignment: Assignment, _ pool: Pool, _ settings: StudySettings,
        in connection: Connection
    ) async throws {
        let seed = Int64.random(in: 0...Int64.max)
        let size = Int16(people.count)
        guard
            let groupID = try await connection.first(
                """
                INSERT INTO groups (study_id, study_version_id, synthetic, size, wanted_size, minimum, seed, allocation,
                                    arm)
                VALUES (\(pool.studyID), \(pool.versionID), \(pool.synthetic), \(size),
                        \(Int16(assignment.size)), \(Int16(settings.groups.least)), \(seed),
                        \(Int32(assignment.allocation)),
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
        for person in people { try await Passage.take(person, on: .grouped, in: connection) }

        var generator = SplitMix64(seed: UInt64(seed))
        let questions = try await drawQuestions(for: people, pool, settings, &generator, in: connection)
        for (index, questionID) in questions.enumerated() {
            try await connection.execute(
                """
                INSERT INTO rounds (group_id, number, question_id, seed, conditions)
                VALUES (\(groupID), \(Int16(index + 1)), \(questionID), \(Int64(generator.next() >> 1)),
                        \(assignment.conditions[index]))
                """)
        }
        try await RoundProgression.startNextRound(ofGroup: groupID, settings: settings, in: connection)
    }

    /// The questions of a group's rounds, in order: those that its members gave a stance on in the entry survey first, then
    /// the ones that the study has used least; the seed decides among equals, and in which order they come. A question
    /// that a member has met before, in any study that knows them by the same id on a platform, is taken only when there
    /// are no others. A question is the same in every version of its set.
    private static func drawQuestions(
        for people: [UUID], _ pool: Pool, _ settings: StudySettings, _ generator: inout SplitMix64, in connection: Connection
    ) async throws -> [UUID] {
        var questions = try await connection.query(
            """
            WITH offered AS (
                SELECT q.id, q.key, q.position, s.question_set_id
                FROM study_versions v JOIN question_set_versions s ON s.id = v.question_set_version_id
                     JOIN questions q ON q.question_set_version_id = s.id
                WHERE v.id = \(pool.versionID) AND q.split = \(settings.questions.split.rawValue)
            ), used AS (
                SELECT s.question_set_id, q.key, count(*) AS times
                FROM groups g JOIN rounds r ON r.group_id = g.id JOIN questions q ON q.id = r.question_id
                     JOIN question_set_versions s ON s.id = q.question_set_version_id
                WHERE g.study_id = \(pool.studyID) AND g.synthetic = \(pool.synthetic) GROUP BY 1, 2
            ), met AS (
                SELECT DISTINCT s.question_set_id, q.key
                FROM participants me JOIN participants other ON other.platform_id = me.platform_id AND other.id <> me.id
                     JOIN members m ON m.participant_id = other.id JOIN rounds r ON r.group_id = m.group_id
                     JOIN questions q ON q.id = r.question_id JOIN question_set_versions s ON s.id = q.question_set_version_id
                WHERE me.id = ANY(\(people)) AND r.started_at IS NOT NULL
            )
            SELECT o.id, o.key, coalesce(used.times, 0), met.key IS NOT NULL
            FROM offered o LEFT JOIN used USING (question_set_id, key) LEFT JOIN met USING (question_set_id, key)
            ORDER BY o.position
            """, as: (UUID, String, Int, Bool).self)
        generator.shuffle(&questions)
        let stances = settings.surveys?.stanceQuestions(.entry) ?? []
        let first = stances.compactMap { key in questions.first { $0.1 == key }?.0 }
        var others = questions.filter { !stances.contains($0.1) }.enumerated()
            .sorted { one, other in
                let (a, b) = (one.element, other.element)
                return (a.3 ? 1 : 0, a.2, one.offset) < (b.3 ? 1 : 0, b.2, other.offset)
            }
            .prefix(max(0, settings.rounds - first.count)).map(\.element.0)
        // Otherwise those used less would always come in earlier rounds.
        generator.shuffle(&others)
        return first + others
    }
}
