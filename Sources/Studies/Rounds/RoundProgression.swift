// The database's side of RoundMachine: reads a round from rows, and carries out what it says. Every function here runs in
// a transaction that holds the round's row; the draws come from the round's stored seed.

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
        case examples = 5
        case opinionRatings = 4
    }

    /// Locks the row of the round.
    /// - Returns: its phase.
    static func lock(_ roundID: UUID, in connection: Connection) async throws -> RoundPhase? {
        try await connection.first("SELECT phase FROM rounds WHERE id = \(roundID) FOR UPDATE", as: String.self)
            .flatMap(RoundPhase.init(rawValue:))
    }

    /// Tells the round what has happened in it, and does what follows. The caller holds the row, and has stored what it
    /// says.
    static func take(_ events: RoundMachine.Event..., in roundID: UUID, _ connection: Connection) async throws {
        let (facts, machine) = try await read(roundID, in: connection)
        var round = machine, open = events
        while !open.isEmpty {
            for effect in round.take(open.removeFirst()) {
                if let outcome = try await carryOut(effect, facts, in: connection) { open.insert(outcome, at: 0) }
            }
        }
        if machine.phase == .drafting, round.phase == .drafting {
            // Members see nothing of it. Were they told of each draft, they could count the conditions.
            try await Changes.announce(studyOf: roundID, in: connection)
        } else {
            try await Changes.announce(roundID: roundID, in: connection)
        }
    }

    /// Opens the first pending round of the group.
    static func startNextRound(
        ofGroup groupID: UUID, settings: StudySettings, in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            UPDATE rounds
            SET phase = 'opinions', phase_entered_at = now(), started_at = now(),
                phase_deadline_at = now() + make_interval(secs => \(settings.timeLimits.opinionsMinutes * 60))
            WHERE id = (SELECT id FROM rounds WHERE group_id = \(groupID) AND phase = 'pending'
                        ORDER BY number LIMIT 1)
            """)
    }

    // MARK: - Reading

    /// What a round's moves need to know besides how it stands.
    private struct Facts {
        let roundID: UUID
        let groupID: UUID
        let number: Int
        let seed: UInt64
        let settings: StudySettings
    }

    private static func read(_ roundID: UUID, in connection: Connection) async throws -> (Facts, RoundMachine) {
        let row = try await connection.first(
            """
            SELECT r.group_id, r.number, r.seed, r.phase, g.minimum, v.settings,
                   NOT EXISTS (SELECT FROM rounds other WHERE other.group_id = r.group_id AND other.phase = 'pending')
            FROM rounds r JOIN groups g ON g.id = r.group_id JOIN study_versions v ON v.id = g.study_version_id
            WHERE r.id = \(roundID)
            """, as: (UUID, Int16, Int64, String, Int16, JSONB<StudySettings>, Bool).self)
        guard let row, let phase = RoundPhase(rawValue: row.3) else { throw StudyError.movedOn }
        let settings = row.5.value
        let facts = Facts(
            roundID: roundID, groupID: row.0, number: Int(row.1), seed: UInt64(row.2), settings: settings)
        let rules = RoundMachine.Rules(
            minimum: Int(row.4), missedRounds: settings.dropouts?.missedRounds ?? 1, ratesOpinions: settings.ratesOpinions,
            hasSurvey: settings.surveys?.round?.isEmpty == false, isLastRound: row.6,
            reviewsOpinions: settings.reviewMinutes > 0)
        return (
            facts,
            RoundMachine(
                rules: rules, phase: phase, members: try await members(of: facts, phase, in: connection),
                generations: try await generations(of: roundID, in: connection))
        )
    }

    /// By their ids, so that everybody who locks members' rows does so in one order.
    private static func members(
        of facts: Facts, _ phase: RoundPhase, in connection: Connection
    ) async throws -> [RoundMachine.Member] {
        let unrated: SQL = phase == .opinionRatings
            ? """
                SELECT o.id FROM opinion_ratings o
                WHERE o.round_id = \(facts.roundID) AND o.participant_id = m.participant_id AND o.submitted_at IS NULL
                """
            : """
                SELECT p.id FROM presentations p LEFT JOIN ratings a ON a.presentation_id = p.id
                WHERE p.round_id = \(facts.roundID) AND p.participant_id = m.participant_id AND a.presentation_id IS NULL
                """
        return try await connection.query(
            """
            SELECT m.participant_id, m.left_at IS NOT NULL, m.away_since IS NOT NULL, m.missed_rounds,
                   EXISTS (SELECT FROM opinions o
                           WHERE o.round_id = \(facts.roundID) AND o.participant_id = m.participant_id),
                   \(facts.settings.reviewMinutes > 0)
                   AND EXISTS (SELECT FROM visible_opinions o
                               WHERE o.round_id = \(facts.roundID) AND o.participant_id = m.participant_id
                                 AND \(sql: Reviews.isHeld)),
                   EXISTS (SELECT FROM presentations p JOIN ratings a ON a.presentation_id = p.id
                           WHERE p.round_id = \(facts.roundID) AND p.participant_id = m.participant_id)
                   OR EXISTS (SELECT FROM opinion_ratings o
                              WHERE o.round_id = \(facts.roundID) AND o.participant_id = m.participant_id
                                AND o.submitted_at IS NOT NULL),
                   ARRAY(\(sql: unrated)),
                   EXISTS (SELECT FROM survey_responses s
                           WHERE s.round_id = \(facts.roundID) AND s.participant_id = m.participant_id)
            FROM members m WHERE m.group_id = \(facts.groupID) ORDER BY m.participant_id
            """, as: (UUID, Bool, Bool, Int16, Bool, Bool, Bool, [UUID], Bool).self
        ).map { id, hasLeft, isAway, missed, hasWritten, isHeld, hasRated, unrated, hasSurveyed in
            RoundMachine.Member(
                id: id, presence: hasLeft ? .left : isAway ? .away : .present, hasWritten: hasWritten, isHeld: isHeld,
                hasRated: hasRated, unrated: Set(unrated), hasSurveyed: hasSurveyed, missedRounds: Int(missed))
        }
    }

    private static func generations(
        of roundID: UUID, in connection: Connection
    ) async throws -> [RoundMachine.Generation] {
        let rows = try await connection.query(
            """
            SELECT g.id, g.state, g.settings, g.included_participant_ids,
                   (SELECT count(*) FROM visible_statements s WHERE s.generation_id = g.id AND s.text <> '')
            FROM generations g WHERE g.round_id = \(roundID) AND g.source <> 'attention-check' ORDER BY g.position
            """, as: (UUID, String, JSONB<Condition>, [UUID], Int).self)
        return rows.compactMap { row in
            RoundMachine.Generation.State(rawValue: row.1).map { state in
                RoundMachine.Generation(
                    id: row.0, state: state, needs: opinionsNeeded(by: row.2.value.source), included: Set(row.3),
                    exclusions: Set(rows.filter { $0.2.value.isExclusionTwin(of: row.2.value) }.map(\.0)), statements: row.4)
            }
        }
    }

    private static func opinionsNeeded(by source: Condition.Source) -> Int {
        switch source {
        case .model: 2
        case .humanOpinion: 1
        case .positionStatement: 0
        }
    }

    // MARK: - Effects

    /// Does one effect.
    /// - Returns: what it came to, where that is for the round to know.
    private static func carryOut(
        _ effect: RoundMachine.Effect, _ facts: Facts, in connection: Connection
    ) async throws -> RoundMachine.Event? {
        switch effect {
        case .markAway(let id, let phase):
            try await connection.execute(
                """
                UPDATE members SET away_since = now(), away_phase = \(phase.rawValue)
                WHERE participant_id = \(id) AND left_at IS NULL
                """)
        case .welcomeBack(let id):
            try await connection.execute(
                "UPDATE members SET away_since = NULL, away_phase = NULL WHERE participant_id = \(id) AND left_at IS NULL")
        case .openReview:
            try await enter(.review, facts.roundID, minutes: facts.settings.reviewMinutes, in: connection)
            return .presented([:])
        case .openOpinionRatings: return try await openOpinionRatings(facts, in: connection)
        case .openDrafting: return try await openDrafting(facts, in: connection)
        case .openRatings: return try await openRatings(facts, in: connection)
        case .retry(let id, let reason):
            // The worker that had it leaves it to others for a while.
            try await connection.execute(
                """
                UPDATE generations
                SET state = 'queued', error = \(reason),
                    lease_expires_at = clock_timestamp() + make_interval(secs => \(Double(GenerationQueue.elsewhereSeconds)))
                WHERE id = \(id)
                """)
            try await connection.notify(GenerationQueue.channel)
        case .remake(let id, let included):
            try await connection.execute(
                """
                UPDATE generations
                SET included_participant_ids = ARRAY(SELECT kept.id
                                                     FROM unnest(included_participant_ids) WITH ORDINALITY AS kept (id, place)
                                                     WHERE kept.id = ANY(\(Array(included))) ORDER BY kept.place),
                    state = 'queued', error = 'a member withdrew', worker_id = NULL, lease_expires_at = NULL
                WHERE id = \(id)
                """)
            try await connection.notify(GenerationQueue.channel)
        case .giveUp(let id, let reason): try await close(id, "failed", reason, in: connection)
        case .skip(let id, let reason): try await close(id, "skipped", reason, in: connection)
        case .finishRound: try await enter(.finished, facts.roundID, minutes: nil, in: connection)
        case .abandonRound: try await enter(.abandoned, facts.roundID, minutes: nil, in: connection)
        case .countMissed(let id, let missed):
            try await connection.execute(
                "UPDATE members SET missed_rounds = \(Int16(missed)) WHERE participant_id = \(id)")
        case .drop(let id): try await Ending.end(id, because: .timedOut, in: connection)
        case .startNextRound:
            try await startNextRound(ofGroup: facts.groupID, settings: facts.settings, in: connection)
        case .finishGroup: try await close(group: facts.groupID, "finished", in: connection)
        case .releaseGroup: try await close(group: facts.groupID, "released", in: connection)
        case .passOn(let id): try await Passage.take(id, on: .groupFinished, in: connection)
        case .letGo(let id): try await Ending.end(id, because: .groupEnded, in: connection)
        }
        return nil
    }

    private static func close(
        _ generationID: UUID, _ state: String, _ reason: String, in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            UPDATE generations SET state = \(state), error = \(reason), lease_expires_at = NULL
            WHERE id = \(generationID) AND state IN ('queued', 'running')
            """)
    }

    private static func close(group groupID: UUID, _ state: String, in connection: Connection) async throws {
        try await connection.execute(
            "UPDATE groups SET state = \(state), finished_at = now() WHERE id = \(groupID) AND state = 'active'")
    }

    private static func enter(
        _ phase: RoundPhase, _ roundID: UUID, minutes: Double?, in connection: Connection
    ) async throws {
        try await connection.execute(
            """
            UPDATE rounds
            SET phase = \(phase.rawValue), phase_entered_at = now(),
                review_started_at = CASE WHEN \(phase.rawValue)::text = 'review' THEN now() ELSE review_started_at END,
                review_ended_at = CASE WHEN phase = 'review' THEN now() ELSE review_ended_at END,
                phase_deadline_at = now() + make_interval(secs => \(minutes.map { $0 * 60 })::float8),
                finished_at = CASE WHEN \(phase.rawValue)::text IN ('finished', 'abandoned') THEN now() END
            WHERE id = \(roundID)
            """)
    }

    /// Opinions are in, and are to be rated: puts each that may be shown before every member but its author, in an order drawn
    /// per member.
    private static func openOpinionRatings(_ facts: Facts, in connection: Connection) async throws -> RoundMachine.Event {
        var generator = SplitMix64(seed: facts.seed &+ Purpose.opinionRatings.rawValue)
        let opinions = try await connection.query(
            """
            SELECT o.id, o.participant_id FROM visible_opinions o JOIN members m USING (group_id, participant_id)
            WHERE o.round_id = \(facts.roundID) AND m.left_at IS NULL AND o.visible ORDER BY m.seat
            """, as: (UUID, UUID).self)
        var shown: [UUID: Set<UUID>] = [:]
        for member in try await seats(of: facts.groupID, in: connection) {
            var order = opinions.filter { $0.1 != member }.map(\.0)
            generator.shuffle(&order)
            shown[member] = Set(
                try await connection.query(
                    """
                    INSERT INTO opinion_ratings (opinion_id, round_id, group_id, participant_id, position)
                    SELECT shown.id, \(facts.roundID)::uuid, \(facts.groupID)::uuid, \(member)::uuid, shown.position
                    FROM unnest(\(order)::uuid[]) WITH ORDINALITY AS shown (id, position)
                    RETURNING id
                    """, as: UUID.self))
        }
        let limits = facts.settings.timeLimits
        try await enter(
            .opinionRatings, facts.roundID, minutes: limits.opinionRatingsMinutes ?? limits.ratingsMinutes, in: connection)
        return .presented(shown)
    }

    /// The opinions to draft from are in: draws the order of the opinions, who is left out, and one generation per condition.
    private static func openDrafting(_ facts: Facts, in connection: Connection) async throws -> RoundMachine.Event {
        let (roundID, seed, settings) = (facts.roundID, facts.seed, facts.settings)
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

        let isAnyVisible = try await connection.first(
            "SELECT EXISTS (SELECT FROM visible_opinions WHERE round_id = \(roundID) AND visible)", as: Bool.self) == true
        let allocated = try await connection.first(
            "SELECT conditions FROM rounds WHERE id = \(roundID)", as: [String].self) ?? []
        let alphas = alphas(of: settings.conditions, seed: seed)
        // One set of worked examples for the round, so that conditions differ in nothing else.
        var examples = SplitMix64(seed: seed &+ Purpose.examples.rawValue)
        let examplesSeed = Int64(examples.next() >> 1)
        for (index, condition) in settings.conditions.enumerated() where allocated.contains(condition.name) {
            // Recorded, never clipped: leaving out fewer people would be another condition.
            let leavesEnough = condition.exclude.leavesEnough(of: writers.count)
            let isRun = leavesEnough && (condition.source != .humanOpinion || isAnyVisible)
            let leftOut = condition.exclude.count(of: writers.count)
            let whyNot = leavesEnough
                ? "no opinion may be shown" : "leaving out \(leftOut) of \(writers.count) leaves fewer than two"
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
                        \(isRun ? nil : whyNot))
                """)
        }
        try await enter(.drafting, roundID, minutes: settings.timeLimits.draftingMinutes, in: connection)
        try await connection.notify(GenerationQueue.channel)
        return .ordered(try await generations(of: roundID, in: connection))
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
    private static func openRatings(_ facts: Facts, in connection: Connection) async throws -> RoundMachine.Event {
        let (roundID, groupID, seed, settings) = (facts.roundID, facts.groupID, facts.seed, facts.settings)
        var generator = SplitMix64(seed: seed &+ Purpose.ratings.rawValue)
        let checks = (settings.attentionChecks ?? []).enumerated().filter { $1.round == facts.number }
        for (index, check) in checks {
            try await connection.execute(
                """
                WITH generation AS (
                    INSERT INTO generations (round_id, position, condition, source, settings, included_participant_ids,
                                             excluded_participant_ids, seed, state, finished_at)
                    VALUES (\(roundID), \(Int16(1_000 + index)), \("\(AttentionCheck.prefix)\(index + 1)"), 'attention-check',
                            \(JSONB(check)), '{}', '{}', 0, 'finished', now())
                    RETURNING id)
                INSERT INTO statements (generation_id, round_id, text) SELECT id, \(roundID)::uuid, \(check.text)::text
                FROM generation
                """)
        }
        let statements = try await connection.query(
            """
            SELECT s.id, s.author_id FROM visible_statements s JOIN generations g ON g.id = s.generation_id
            WHERE s.round_id = \(roundID) AND s.text <> '' ORDER BY g.position, s.number
            """, as: (UUID, UUID?).self)
        var shown: [UUID: Set<UUID>] = [:]
        for member in try await seats(of: groupID, in: connection) {
            var order = statements.filter { $0.1 != member }.map(\.0)
            generator.shuffle(&order)
            shown[member] = Set(
                try await connection.query(
                    """
                    INSERT INTO presentations (statement_id, round_id, group_id, participant_id, position)
                    SELECT shown.id, \(roundID)::uuid, \(groupID)::uuid, \(member)::uuid, shown.position
                    FROM unnest(\(order)::uuid[]) WITH ORDINALITY AS shown (id, position)
                    RETURNING id
                    """, as: UUID.self))
        }
        try await enter(.ratings, roundID, minutes: settings.timeLimits.ratingsMinutes, in: connection)
        return .presented(shown)
    }

    /// Who is in the group, in the order of their seats.
    private static func seats(of groupID: UUID, in connection: Connection) async throws -> [UUID] {
        try await connection.query(
            "SELECT participant_id FROM members WHERE group_id = \(groupID) AND left_at IS NULL ORDER BY seat", as: UUID.self)
    }
}
