// Moves rounds from phase to phase. Every function here runs in a transaction that holds the round's row; the draws
// come from the round's stored seed.

import Foundation
import LanguageModel
import Postgres

/// The effects of a round's moves.
enum RoundProgression {
    /// The generators of a round: one stream per purpose, so that a draw added to one leaves the others as they were.
    private enum Purpose: UInt64 {
        case drafting = 1
        case ratings = 2
        case alpha = 3
        case examples = 4
    }

    /// Locks the row of the round.
    /// - Returns: its phase.
    static func lock(_ roundID: UUID, in connection: Connection) async throws -> RoundPhase? {
        try await connection.first("SELECT phase FROM rounds WHERE id = \(roundID) FOR UPDATE", as: String.self)
            .flatMap(RoundPhase.init(rawValue:))
    }

    /// Moves the round on for as long as what has come in allows it, and tells its members. The caller holds the row.
    static func advance(_ roundID: UUID, in connection: Connection) async throws {
        while let next = try await tally(roundID, in: connection).nextPhase {
            switch next {
            case .drafting: try await openDrafting(roundID, in: connection)
            case .ratings: try await openRatings(roundID, in: connection)
            case .finished: try await finish(roundID, in: connection)
            case .abandoned: try await abandon(roundID, in: connection)
            case .pending, .opinions: return
            }
        }
        try await Changes.announce(roundID: roundID, in: connection)
    }

    /// Opens the first pending round of the group, or finishes the group when none is left.
    static func startNextRound(
        ofGroup groupID: UUID, settings: StudySettings, in connection: Connection
    ) async throws {
        let started = try await connection.execute(
            """
            UPDATE rounds
            SET phase = 'opinions', phase_entered_at = now(), started_at = now(),
                phase_deadline_at = now() + make_interval(secs => \(settings.timeLimits.opinionsMinutes * 60))
            WHERE id = (SELECT id FROM rounds WHERE group_id = \(groupID) AND phase = 'pending'
                        ORDER BY number LIMIT 1)
            """)
        guard started == 0 else { return }
        try await connection.execute(
            "UPDATE groups SET state = 'finished', finished_at = now() WHERE id = \(groupID) AND state = 'active'")
        try await drop(ofGroup: groupID, where: "m.away_since IS NOT NULL", in: connection)
        let finished = try await connection.query(
            "SELECT participant_id FROM members WHERE group_id = \(groupID) AND left_at IS NULL ORDER BY participant_id",
            as: UUID.self)
        for participantID in finished { try await Passage.take(participantID, on: .groupFinished, in: connection) }
    }

    /// The round's deadline has passed: whoever has not answered is away, statements that are not made are given up,
    /// and the round moves on. The caller holds the row, and has seen that the deadline has passed.
    static func passDeadline(_ roundID: UUID, phase: RoundPhase, in connection: Connection) async throws {
        let unanswered: SQL
        switch phase {
        case .opinions:
            unanswered = """
                NOT EXISTS (SELECT FROM opinions o
                            WHERE o.round_id = \(roundID) AND o.participant_id = m.participant_id)
                """
        case .ratings:
            unanswered = """
                EXISTS (SELECT FROM presentations p LEFT JOIN ratings a ON a.presentation_id = p.id
                        WHERE p.round_id = \(roundID) AND p.participant_id = m.participant_id
                          AND a.presentation_id IS NULL)
                OR \(sql: try await lacksSurvey(roundID, in: connection))
                """
        case .drafting:
            unanswered = "false"
            try await giveUpGenerations(of: roundID, because: "not made within the study's time limit", in: connection)
        case .pending, .finished, .abandoned: return
        }
        try await connection.execute(
            """
            UPDATE members m SET away_since = now(), away_phase = \(phase.rawValue)
            FROM rounds r
            WHERE r.id = \(roundID) AND m.group_id = r.group_id AND m.left_at IS NULL AND m.away_since IS NULL
              AND (\(sql: unanswered))
            """)
        try await advance(roundID, in: connection)
    }

    // MARK: - Tallying

    private static func tally(_ roundID: UUID, in connection: Connection) async throws -> RoundTally {
        let row = try await connection.first(
            """
            SELECT r.phase,
                   (SELECT count(*) FROM members m
                    WHERE m.group_id = r.group_id AND m.left_at IS NULL AND m.away_since IS NULL),
                   (SELECT minimum FROM groups g WHERE g.id = r.group_id),
                   (SELECT count(*) FROM opinions o JOIN members m USING (group_id, participant_id)
                                    WHERE o.round_id = r.id AND m.left_at IS NULL AND m.away_since IS NULL),
                   (SELECT count(*) FROM generations g
                                    WHERE g.round_id = r.id AND g.state IN ('queued', 'running')),
                   (SELECT count(*) FROM statements s WHERE s.round_id = r.id),
                   (SELECT count(*) FROM presentations p JOIN members m USING (group_id, participant_id)
                                    LEFT JOIN ratings a ON a.presentation_id = p.id
                                    WHERE p.round_id = r.id AND m.left_at IS NULL AND m.away_since IS NULL
                                      AND a.presentation_id IS NULL),
                   (SELECT count(*) FROM members m
                    WHERE m.group_id = r.group_id AND m.left_at IS NULL AND m.away_since IS NULL
                      AND \(sql: try await lacksSurvey(roundID, in: connection)))
            FROM rounds r WHERE r.id = \(roundID)
            """, as: (String, Int, Int16, Int, Int, Int, Int, Int).self)
        guard let row, let phase = RoundPhase(rawValue: row.0) else { throw StudyError.movedOn }
        return RoundTally(
            phase: phase, members: row.1, minimum: Int(row.2), opinions: row.3, openGenerations: row.4,
            statements: row.5, unrated: row.6, unsurveyed: row.7)
    }

    /// Whether member `m` has yet to answer the round's survey, as SQL; false in a study that has none.
    private static func lacksSurvey(_ roundID: UUID, in connection: Connection) async throws -> SQL {
        guard try await settings(ofRound: roundID, in: connection).settings.surveys?.round?.isEmpty == false else {
            return "false"
        }
        return """
            NOT EXISTS (SELECT FROM survey_responses s WHERE s.round_id = \(roundID) AND s.participant_id = m.participant_id)
            """
    }

    private static func settings(
        ofRound roundID: UUID, in connection: Connection
    ) async throws -> (groupID: UUID, seed: UInt64, settings: StudySettings) {
        let row = try await connection.first(
            """
            SELECT r.group_id, r.seed, v.settings
            FROM rounds r JOIN groups g ON g.id = r.group_id JOIN study_versions v ON v.id = g.study_version_id
            WHERE r.id = \(roundID)
            """, as: (UUID, Int64, JSONB<StudySettings>).self)
        guard let row else { throw StudyError.movedOn }
        return (row.0, UInt64(row.1), row.2.value)
    }

    private static func enter(
        _ phase: RoundPhase, _ roundID: UUID, minutes: Double?, in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            UPDATE rounds
            SET phase = \(phase.rawValue), phase_entered_at = now(),
                phase_deadline_at = now() + make_interval(secs => \(minutes.map { $0 * 60 })::float8),
                finished_at = CASE WHEN \(phase.rawValue)::text IN ('finished', 'abandoned') THEN now() END
            WHERE id = \(roundID)
            """)
    }

    // MARK: - Moves

    /// Opinions are in: draws the order of the opinions, who is left out, and one generation per condition.
    private static func openDrafting(_ roundID: UUID, in connection: Connection) async throws {
        let (_, seed, settings) = try await settings(ofRound: roundID, in: connection)
        var generator = SplitMix64(seed: seed &+ Purpose.drafting.rawValue)

        // How often each writer has been left out in this group before, and how often others in the same seat in the
        // whole study, so that it is spread over the members and over the seats, which are in order of arrival.
        var writers = try await connection.query(
            """
            SELECT m.participant_id,
                   (SELECT count(*) FROM generations g JOIN rounds r ON r.id = g.round_id
                    WHERE r.group_id = m.group_id AND m.participant_id = ANY(g.excluded_participant_ids)),
                   (SELECT count(*) FROM groups mine JOIN groups theirs USING (study_version_id, synthetic)
                    JOIN members other ON other.group_id = theirs.id AND other.seat = m.seat
                    JOIN rounds r ON r.group_id = theirs.id
                    JOIN generations g ON g.round_id = r.id AND other.participant_id = ANY(g.excluded_participant_ids)
                    WHERE mine.id = m.group_id)
            FROM members m JOIN opinions o USING (group_id, participant_id)
            WHERE o.round_id = \(roundID) AND m.left_at IS NULL ORDER BY m.seat
            """, as: (UUID, Int, Int).self)
        generator.shuffle(&writers)

        let allocated = try await connection.first(
            "SELECT conditions FROM rounds WHERE id = \(roundID)", as: [String].self) ?? []
        let alphas = alphas(of: settings.conditions, seed: seed)
        // One set of worked examples for the round, so that conditions differ in nothing else.
        var examples = SplitMix64(seed: seed &+ Purpose.examples.rawValue)
        let examplesSeed = Int64(examples.next() >> 1)
        for (index, condition) in settings.conditions.enumerated() where allocated.contains(condition.name) {
            // Recorded, never clipped: leaving out fewer people would be another condition.
            let isRun = condition.exclude.leavesEnough(of: writers.count)
            let leftOut = condition.exclude.count(of: writers.count)
            // Those left out least often come first; the seed decides among equals.
            var drawn = Array(writers.indices)
            generator.shuffle(&drawn)
            let excluded = drawn.enumerated()
                .sorted { one, other in
                    let (a, b) = (writers[one.element], writers[other.element])
                    return (a.1, a.2, one.offset) < (b.1, b.2, other.offset)
                }
                .prefix(isRun ? leftOut : 0).map(\.element)
            let generationSeed = Int64(generator.next() >> 1)
            for index in excluded { writers[index].1 += 1 }
            try await connection.execute(
                """
                INSERT INTO generations (round_id, position, condition, source, settings, included_participant_ids,
                                         excluded_participant_ids, seed, alpha, examples_seed, tokens_expected, state, error)
                VALUES (\(roundID), \(Int16(index + 1)), \(condition.name), \(condition.source.rawValue),
                        \(JSONB(condition)),
                        \(writers.indices.filter { !excluded.contains($0) }.map { writers[$0].0 }),
                        \(writers.indices.filter { excluded.contains($0) }.map { writers[$0].0 }),
                        \(generationSeed), \(alphas[index]), \(examplesSeed), \(Int32(isRun ? condition.expectedTokens : 0)),
                        \(isRun ? "queued" : "skipped"),
                        \(isRun ? nil : "leaving out \(leftOut) of \(writers.count) leaves fewer than two"))
                """)
        }
        try await enter(.drafting, roundID, minutes: settings.timeLimits.draftingMinutes, in: connection)
        try await connection.notify(GenerationQueue.channel)
    }

    /// The inequality aversion of each condition in the round with `seed`: one draw for a condition and its twins.
    private static func alphas(of conditions: [Condition], seed: UInt64) -> [Double?] {
        var generator = SplitMix64(seed: seed &+ Purpose.alpha.rawValue)
        var alphas: [Double?] = Array(repeating: nil, count: conditions.count)
        for unit in Condition.units(of: conditions) {
            let draw = generator.next()
            for index in unit {
                guard let values = conditions[index].alpha?.values, !values.isEmpty else { continue }
                alphas[index] = values[Int(draw % UInt64(values.count))]
            }
        }
        return alphas
    }

    /// Statements are made: puts each before every member but its author, in an order drawn per member.
    private static func openRatings(_ roundID: UUID, in connection: Connection) async throws {
        let (groupID, seed, settings) = try await settings(ofRound: roundID, in: connection)
        let number = try await connection.first("SELECT number FROM rounds WHERE id = \(roundID)", as: Int16.self)
        var generator = SplitMix64(seed: seed &+ Purpose.ratings.rawValue)
        let checks = (settings.attentionChecks ?? []).enumerated().filter { Int16($1.round) == number }
        for (index, check) in checks {
            try await connection.execute(
                """
                WITH generation AS (
                    INSERT INTO generations (round_id, position, condition, source, settings, included_participant_ids,
                                             excluded_participant_ids, seed, state, finished_at)
                    VALUES (\(roundID), \(Int16(1_000 + index)), \("attention-check-\(index + 1)"), 'attention-check',
                            \(JSONB(check)), '{}', '{}', 0, 'finished', now())
                    RETURNING id)
                INSERT INTO statements (generation_id, round_id, text) SELECT id, \(roundID)::uuid, \(check.text)::text
                FROM generation
                """)
        }
        let statements = try await connection.query(
            """
            SELECT s.id, s.author_id FROM statements s JOIN generations g ON g.id = s.generation_id
            WHERE s.round_id = \(roundID) ORDER BY g.position, s.number
            """, as: (UUID, UUID?).self)
        let members = try await connection.query(
            "SELECT participant_id FROM members WHERE group_id = \(groupID) AND left_at IS NULL ORDER BY seat",
            as: UUID.self)
        for member in members {
            var order = statements.filter { $0.1 != member }.map(\.0)
            generator.shuffle(&order)
            try await connection.execute(
                """
                INSERT INTO presentations (statement_id, round_id, group_id, participant_id, position)
                SELECT shown.id, \(roundID)::uuid, \(groupID)::uuid, \(member)::uuid, shown.position
                FROM unnest(\(order)::uuid[]) WITH ORDINALITY AS shown (id, position)
                """)
        }
        try await enter(.ratings, roundID, minutes: settings.timeLimits.ratingsMinutes, in: connection)
    }

    /// Ratings are over: settles who missed the round, who is a dropout by it, and whether the group goes on.
    private static func finish(_ roundID: UUID, in connection: Connection) async throws {
        let (groupID, _, settings) = try await settings(ofRound: roundID, in: connection)
        try await enter(.finished, roundID, minutes: nil, in: connection)
        try await connection.execute(
            """
            UPDATE members m
            SET missed_rounds = CASE
                WHEN EXISTS (SELECT FROM opinions o WHERE o.round_id = \(roundID) AND o.participant_id = m.participant_id)
                  OR EXISTS (SELECT FROM presentations p JOIN ratings a ON a.presentation_id = p.id
                             WHERE p.round_id = \(roundID) AND p.participant_id = m.participant_id)
                THEN 0 ELSE missed_rounds + 1 END
            WHERE m.group_id = \(groupID) AND m.left_at IS NULL
            """)
        let limit = Int16(settings.dropouts?.missedRounds ?? 1)
        try await drop(ofGroup: groupID, where: "m.missed_rounds >= \(limit)", in: connection)
        let isLarge = try await connection.first(
            """
            SELECT count(*) >= g.minimum OR NOT EXISTS (SELECT FROM rounds r WHERE r.group_id = g.id AND r.phase = 'pending')
            FROM groups g LEFT JOIN members m ON m.group_id = g.id AND m.left_at IS NULL AND m.away_since IS NULL
            WHERE g.id = \(groupID) GROUP BY g.id
            """, as: Bool.self)
        if isLarge == true {
            try await startNextRound(ofGroup: groupID, settings: settings, in: connection)
        } else {
            try await release(groupID, in: connection)
        }
    }

    /// Too few members are left to write opinions.
    private static func abandon(_ roundID: UUID, in connection: Connection) async throws {
        let (groupID, _, _) = try await settings(ofRound: roundID, in: connection)
        try await enter(.abandoned, roundID, minutes: nil, in: connection)
        try await giveUpGenerations(of: roundID, because: "the group ended", in: connection)
        try await release(groupID, in: connection)
    }

    private static func giveUpGenerations(
        of roundID: UUID, because reason: String, in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            UPDATE generations SET state = 'failed', error = \(reason), lease_expires_at = NULL
            WHERE round_id = \(roundID) AND state IN ('queued', 'running')
            """)
    }

    /// Ends the group before its last round: those who are there are let go with thanks, those who are away are dropouts.
    private static func release(_ groupID: UUID, in connection: Connection) async throws {
        try await connection.execute(
            "UPDATE groups SET state = 'released', finished_at = now() WHERE id = \(groupID) AND state = 'active'")
        try await drop(ofGroup: groupID, where: "m.away_since IS NOT NULL", in: connection)
        let left = try await connection.query(
            "SELECT participant_id FROM members WHERE group_id = \(groupID) AND left_at IS NULL ORDER BY participant_id",
            as: UUID.self)
        for participantID in left { try await Ending.end(participantID, because: .groupEnded, in: connection) }
    }

    private static func drop(ofGroup groupID: UUID, where condition: SQL, in connection: Connection) async throws {
        let dropouts = try await connection.query(
            """
            SELECT m.participant_id FROM members m
            WHERE m.group_id = \(groupID) AND m.left_at IS NULL AND \(sql: condition) ORDER BY m.participant_id
            """, as: UUID.self)
        for participantID in dropouts { try await Ending.end(participantID, because: .timedOut, in: connection) }
    }
}
