// What has to hold when a run of chaos is over.

import Foundation
import Postgres
import Simulation
import Studies
import TestSupport
import Testing

/// Compares the database with what people were told.
struct ChaosChecks {
    let database: Database
    /// What the server acknowledged, and to whom.
    let answers: [(person: String, answer: AcknowledgedAnswer)]

    func run(people: Int, finished: Int) async throws {
        try await everybodyIsAtAnEnd(people, finished)
        try await groupsAreSound()
        try await allocationIsBalanced()
        try await answersAreThere()
    }

    private func count(_ query: SQL) async throws -> Int {
        try await database.first("SELECT count(*) FROM \(sql: query)", as: Int.self) ?? -1
    }

    /// A page and a code for every end, and nobody in the study twice.
    private func everybodyIsAtAnEnd(_ people: Int, _ finished: Int) async throws {
        let everybody = try await database.query(
            "SELECT id, stage, end_reason FROM participants", as: (UUID, String, String?).self)
        #expect(everybody.count == people, "a consent that was sent again made somebody new")
        #expect(everybody.count { $0.1 == "done" } >= finished)
        let settings = try await StudyCatalog(database: database).study(named: "words").settings
        for (id, stage, reason) in everybody {
            let end = reason.flatMap(EndReason.init(rawValue:)).map(TerminalReason.ended) ?? .done
            let state = try await ParticipationReader(database: database).state(of: id)
            #expect(state.step == (stage == "done" ? .done : .ended), "\(stage)")
            #expect(state.ending.map { TerminalReason.ended($0.reason) } ?? .done == end)
            #expect(state.completion?.code == end.code(of: settings.completion))
        }
    }

    private func groupsAreSound() async throws {
        #expect(try await count("groups WHERE state = 'active'") == 0)
        #expect(try await count("groups g WHERE (SELECT count(*) FROM members m WHERE m.group_id = g.id) > g.size") == 0)
        #expect(try await count("(SELECT FROM members GROUP BY participant_id HAVING count(*) > 1) AS twice") == 0)
        #expect(
            try await count(
                """
                ratings a JOIN presentations p ON p.id = a.presentation_id JOIN statements s ON s.id = p.statement_id
                          JOIN rounds r ON r.id = s.round_id
                WHERE p.participant_id = s.author_id
                   OR NOT EXISTS (SELECT FROM members m
                                  WHERE m.group_id = r.group_id AND m.participant_id = p.participant_id)
                """) == 0, "a stranger, or the author, has rated a statement")
        #expect(
            try await count(
                """
                opinion_ratings a JOIN opinions o ON o.id = a.opinion_id
                WHERE o.participant_id = a.participant_id
                   OR NOT EXISTS (SELECT FROM members m
                                  WHERE m.group_id = o.group_id AND m.participant_id = a.participant_id)
                """) == 0, "a stranger, or the author, has rated an opinion")
    }

    /// Arms, and within each the conditions of its rounds, in whole blocks.
    private func allocationIsBalanced() async throws {
        // One of the first arm, two of the second.
        let arms = try await database.query("SELECT arm FROM groups ORDER BY allocation", as: String.self)
        for start in stride(from: 0, to: arms.count - 2, by: 3) {
            #expect(arms[start..<(start + 3)].sorted() == ["one", "two", "two"])
        }
        for arm in Set(arms) {
            let rounds = try await database.query(
                """
                SELECT r.conditions FROM groups g JOIN rounds r ON r.group_id = g.id
                WHERE g.arm = \(arm) ORDER BY g.allocation, r.number
                """, as: [String].self)
            var times = ["own": 0, "position": 0, "short": 0]
            for conditions in rounds {
                #expect(Set(conditions).count == 2)
                for condition in conditions { times[condition, default: 0] += 1 }
                #expect((times.values.max() ?? 0) - (times.values.min() ?? 0) <= 1, "\(times)")
            }
        }
    }

    /// Whatever was acknowledged is there, once, and of whom it was; of whoever had their answers deleted, nothing is.
    private func answersAreThere() async throws {
        var ids: [String: UUID] = [:], deleters: Set<String> = [], deletedTexts: Set<String> = []
        for (person, answer) in answers {
            if case .joined(_, let session) = answer {
                #expect(ids[person] == nil, "\(person) joined twice")
                ids[person] = try await Sessions(database: database).participant(with: Secret(text: session)).id
            }
            if case .stopped(_, deleting: true) = answer { deleters.insert(person) }
        }
        #expect(!ids.isEmpty && Set(ids.values).count == ids.count, "two people have one place")
        for case (let person, .opinion(_, _, let text)) in answers where deleters.contains(person) { deletedTexts.insert(text) }
        // Whoever was in a group with somebody who had their words deleted may have been shown what is gone with them.
        let touched = Set(
            try await database.query(
                """
                SELECT m.participant_id FROM members m JOIN members other USING (group_id)
                JOIN erasures e ON e.participant_id = other.participant_id
                """, as: UUID.self))

        let facts = try await Facts(database)
        var kinds: Set<String> = []
        for (person, answer) in answers {
            let id = try #require(ids[person], "\(person) was never let in")
            let isDeleted = deleters.contains(person)
            func expect(_ kind: String, _ times: Int?) {
                kinds.insert(kind)
                #expect((times ?? 0) == (isDeleted ? 0 : 1), "\(kind) of \(person), \(id)")
            }
            switch answer {
            case .joined: kinds.insert("joined")
            case .instructed: #expect(facts.instructed.contains(id), "the instructions of \(person)")
            case .debriefed: #expect(facts.debriefed.contains(id) || isDeleted, "the debriefing of \(person)")
            case .survey(_, let kind, let round): expect("survey", facts.surveys["\(id) \(kind) \(round ?? 0)"])
            case .comprehension(_, let number): expect("comprehension", facts.tries["\(id) \(number)"])
            case .stance(_, let round, let stance):
                expect("stance", facts.stances["\(id) \(round) \(stance.affirming) \(stance.negating)"])
            case .opinion(_, let round, let text): expect("opinion", facts.opinions["\(id) \(round) \(text)"])
            case .shown(_, let statement):
                let isThere = facts.shown.contains("\(id) \(statement)")
                #expect(isThere || isDeleted || touched.contains(id), "shown to \(person)")
            case .rating(_, let statement, let text, let rating):
                guard !deletedTexts.contains(text) || isDeleted else { continue }
                expect("rating", facts.ratings["\(id) \(statement) \(rating.agreement) \(rating.quality)"])
            case .stopped(_, let isDeleting):
                kinds.insert("stopped")
                #expect(facts.erased.contains(id) == isDeleting)
            }
        }
        #expect(try await count("opinion_ratings WHERE submitted_at IS NOT NULL") > 0)
        #expect(kinds.isSuperset(of: ["joined", "survey", "comprehension", "stance", "opinion", "rating"]))
    }

    /// What the database has, as texts to look up.
    private struct Facts {
        let instructed, debriefed, erased: Set<UUID>
        let surveys, tries, stances, opinions, ratings: [String: Int]
        let shown: Set<String>

        init(_ database: Database) async throws {
            func ids(_ query: SQL) async throws -> Set<UUID> { Set(try await database.query(query, as: UUID.self)) }
            func texts(_ query: SQL) async throws -> [String: Int] {
                try await database.query(query, as: String.self).reduce(into: [:]) { $0[Self.key($1), default: 0] += 1 }
            }
            instructed = try await ids("SELECT id FROM participants WHERE instructed_at IS NOT NULL")
            debriefed = try await ids("SELECT id FROM participants WHERE debriefed_at IS NOT NULL")
            erased = try await ids("SELECT participant_id FROM erasures")
            surveys = try await texts(
                """
                SELECT concat_ws(' ', s.participant_id, s.survey, coalesce(r.number, 0))
                FROM survey_responses s LEFT JOIN rounds r ON r.id = s.round_id
                """)
            tries = try await texts("SELECT concat_ws(' ', participant_id, number) FROM comprehension_tries")
            stances = try await texts(
                """
                SELECT concat_ws(' ', s.participant_id, r.number, s.affirming, s.negating)
                FROM stances s JOIN rounds r ON r.id = s.round_id
                """)
            opinions = try await texts(
                "SELECT concat_ws(' ', o.participant_id, r.number, o.text) FROM opinions o JOIN rounds r ON r.id = o.round_id")
            ratings = try await texts(
                """
                SELECT concat_ws(' ', p.participant_id, p.id, a.agreement, a.quality)
                FROM ratings a JOIN presentations p ON p.id = a.presentation_id
                UNION ALL
                SELECT concat_ws(' ', participant_id, id, agreement, quality) FROM opinion_ratings WHERE submitted_at IS NOT NULL
                """)
            shown = Set(
                try await texts(
                    """
                    SELECT concat_ws(' ', participant_id, id) FROM presentations WHERE shown_at IS NOT NULL
                    UNION ALL SELECT concat_ws(' ', participant_id, id) FROM opinion_ratings WHERE shown_at IS NOT NULL
                    """
                ).keys)
        }

        /// Ids as Swift writes them.
        private static func key(_ text: String) -> String {
            text.replacing(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/) { $0.output.uppercased() }
        }
    }
}
