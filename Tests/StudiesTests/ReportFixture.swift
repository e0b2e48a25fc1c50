// A study that has everything a report counts, and everything that it leaves out.

import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport

enum ReportFixture {
    private static func yaml(split: String) -> String {
        TestStudy.yaml(
            rounds: 2,
            conditions: """
                - {name: full, source: model, prompt: zero-shot}
                  - {name: gap, source: model, prompt: zero-shot, exclude: 1}
                  - {name: ranked, source: model, prompt: few-shot, statements: 2}
                  - {name: own, source: human-opinion}
                """
        ).replacing("groups: {size: 3, minimum: 3}", with: "groups: {size: 4, minimum: 3}")
            .replacing("split: train", with: "split: \(split)") + """

            arms: [{name: first, groups: 9}, {name: second, groups: 9, conditions: [full, gap, ranked]}]
            attention_checks:
              - {round: 1, text: Please choose Strongly disagree., agreement: 1}
            inclusion: {members: 3, rounds: 1, answers: 10, excluding_flags: [failed-attention-check]}
            """
    }

    /// The study `words` on unseen questions of known topics, then on topics held out whole: five groups in each, one of which
    /// does not count; people who leave at several steps, and one who has their answers deleted.
    /// - Parameter other: the name of another study, which has the topics held out, instead of another version of the same.
    static func study(other: String? = nil) async throws -> Database {
        let database = try await StudyFixture.openStudy(yaml(split: "iid_test"))
        var chance = SplitMix64(seed: 11)
        let catalog = StudyCatalog(database: database)
        for group in 0..<10 {
            if group == 5, let other {
                try await catalog.create(
                    StudyFile(yaml: yaml(split: "ood_test").replacing("name: words", with: "name: \(other)")))
                try await catalog.move(other, to: .open)
            } else if group == 5 {
                try await catalog.move("words", to: .paused)
                _ = try await catalog.edit("words", with: StudyFile(yaml: yaml(split: "ood_test")))
                try await catalog.move("words", to: .open)
            }
            var people: [UUID] = []
            for _ in 0..<4 { people.append(try await StudyFixture.arrive(database, at: group < 5 ? "words" : other ?? "words")) }
            for round in 1...2 {
                if group == 3, round == 2 { try await leave(people.removeLast(), database) }
                for person in people {
                    let answers = Answers(database: database)
                    let leaning = 1 + chance.int(below: 7)
                    try await answers.giveStance(
                        person, round: round, affirming: LikertValue(leaning, for: "a"), negating: LikertValue(8 - leaning, for: "b"))
                    let words = (0..<(3 + chance.int(below: 9))).map { "word\($0)" }.joined(separator: " ")
                    try await answers.giveOpinion(person, round: round, text: "\(words) of \(person)")
                }
                try await makeStatements(database, &chance)
                // In one group too few stay for their round to count, or for another round.
                if group == 7 { for _ in 0..<2 { try await leave(people.removeLast(), database) } }
                for (place, person) in people.enumerated() {
                    try await rate(person, failingCheck: group == 1 && place == 0, database, &chance)
                }
                if group == 7 { break }
            }
            for person in people.dropLast() { try await Enrolment(database: database).acceptDebriefing(person) }
        }
        for step in 0..<3 {
            let secret = try await Enrolment(database: database).join("words", synthetic: false).secret
            let person = try await Sessions(database: database).participant(with: secret).id
            if step > 0 { try await Enrolment(database: database).acceptInstructions(person) }
            if step < 2 { try await leave(person, database) }
        }
        try await addTraces(database)
        let withdrawing = try await database.first(
            """
            SELECT m.participant_id FROM members m JOIN groups g ON g.id = m.group_id JOIN studies s ON s.id = g.study_id
            WHERE s.name = 'words' AND g.allocation = 4 AND m.seat = 2 ORDER BY g.created_at
            """, as: UUID.self)
        guard let withdrawing else { throw StudyError.unknownParticipant("nobody", study: "words") }
        _ = try await Departure(database: database).erase(withdrawing.uuidString, study: "words")
        return database
    }

    /// The study `words` without an inclusion rule: three groups of three, whose opinions an admin approves and the others rate
    /// before statements are made.
    static func reviewed() async throws -> Database {
        let yaml = TestStudy.yaml(
            conditions: """
                - {name: own, source: human-opinion}
                  - {name: position, source: position-statement}
                """
        ) + "\nopinion_ratings: true\nreview: {before_display: always, minutes: 5}"
        let database = try await StudyFixture.openStudy(yaml)
        let study = try await StudyCatalog(database: database).study(named: "words")
        let reviews = Reviews(database: database)
        var chance = SplitMix64(seed: 12)
        for _ in 0..<3 {
            var people: [UUID] = []
            for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
            for person in people { try await StudyFixture.answer(person, text: "The words of \(person)", in: database) }
            for text in try await reviews.list(.all, of: study, readsAll: true).texts where text.decisions.isEmpty {
                _ = try await reviews.decide(text.id, .approve, because: nil, after: nil, in: study, by: .commandLine)
            }
            for person in people { try await rate(person, failingCheck: false, database, &chance) }
            try await makeStatements(database, &chance)
            for person in people { try await rate(person, failingCheck: false, database, &chance) }
            for person in people { try await Enrolment(database: database).acceptDebriefing(person) }
        }
        return database
    }

    private static func leave(_ person: UUID, _ database: Database) async throws {
        try await Departure(database: database).leave(person, answers: .keep)
    }

    private static func makeStatements(_ database: Database, _ chance: inout SplitMix64) async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            if job.condition.source == .humanOpinion {
                try await queue.finish(job, with: .opinions([job.opinions[chance.int(below: job.opinions.count)]]))
            } else {
                let texts = (0..<job.condition.statements).map { _ in
                    (0..<(5 + chance.int(below: 30))).map { "word\($0)" }.joined(separator: " \u{a0}")
                }
                try await queue.finish(job, with: .positionStatements(texts))
            }
        }
    }

    /// Rates what `person` has before them; an attention check as it asks, or not.
    private static func rate(
        _ person: UUID, failingCheck: Bool, _ database: Database, _ chance: inout SplitMix64
    ) async throws {
        while let statement = try await ParticipationReader(database: database).state(of: person).statement {
            let isCheck = statement.text.hasPrefix("Please choose")
            let agreement = isCheck ? (failingCheck ? 7 : 1) : 1 + chance.int(below: 7)
            try await Answers(database: database).noteShown(person, presentationID: statement.id)
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(agreement, for: "a"),
                quality: LikertValue(1 + chance.int(below: 7), for: "q"))
        }
    }

    /// What workers and browsers leave behind, and this study was made without: candidates with predictions, a malformed
    /// statement, an erased text, a rating of one's own words, times.
    private static func addTraces(_ database: Database) async throws {
        try await database.execute(
            """
            INSERT INTO models (name, version, kind, file, sha256)
            VALUES ('taste', 1, 'reward', '/nowhere/taste.gguf', 'a'), ('taste', 2, 'reward', '/nowhere/taste-2.gguf', 'b')
            """)
        try await database.execute(
            """
            UPDATE generations n
            SET preference_model_id = (SELECT m.id FROM models m
                                       WHERE m.version = CASE WHEN n.condition = 'ranked' THEN 1 ELSE 2 END)
            WHERE n.condition IN ('ranked', 'own') AND n.state = 'finished'
            """)
        try await database.execute(
            """
            UPDATE generations n
            SET choice = jsonb_build_object('agreements', (
                    SELECT jsonb_object_agg(author::text, (
                               SELECT jsonb_object_agg(member::text, round((1 + 6 * random())::numeric, 1))
                               FROM unnest(n.included_participant_ids) AS member WHERE member <> author))
                    FROM unnest(n.included_participant_ids) AS author), 'welfare', '{}'::jsonb,
                'preferenceModel', n.preference_model_id)
            WHERE n.condition = 'own' AND n.state = 'finished'
            """)
        // Three candidates, the third of which comes first by its number but was ranked last and not shown.
        try await database.execute(
            """
            INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish,
                                    predictions, welfare, rank, chosen)
            SELECT n.id, 1, k.number, k.number, 'A candidate', 3, -1, 'end',
                   (SELECT jsonb_object_agg(member::text, round((1 + 6 * random())::numeric, 1))
                    FROM unnest(n.included_participant_ids) AS member), 4, k.rank, k.rank < 3
            FROM generations n CROSS JOIN (VALUES (1, 3), (2, 2), (3, 1)) AS k (number, rank)
            WHERE n.condition = 'ranked' AND n.state = 'finished'
            """)
        try await database.execute(
            """
            UPDATE statements SET malformed = true
            WHERE id IN (SELECT s.id FROM statements s JOIN generations n ON n.id = s.generation_id
                         WHERE n.condition = 'full' ORDER BY s.created_at LIMIT 2)
            """)
        try await database.execute(
            """
            UPDATE statements SET text = ''
            WHERE id = (SELECT s.id FROM statements s JOIN generations n ON n.id = s.generation_id
                        WHERE n.condition = 'gap' ORDER BY s.created_at LIMIT 1)
            """)
        try await database.execute(
            """
            WITH own AS (
                INSERT INTO presentations (statement_id, round_id, group_id, participant_id, position)
                SELECT s.id, s.round_id, r.group_id, s.author_id, 99
                FROM statements s JOIN rounds r ON r.id = s.round_id WHERE s.author_id IS NOT NULL
                ORDER BY s.created_at LIMIT 2 RETURNING id)
            INSERT INTO ratings (presentation_id, agreement, quality) SELECT id, 7, 7 FROM own
            """)
        try await database.execute(
            """
            INSERT INTO visible_stretches (participant_id, id, step, round_id, presentation_id, milliseconds)
            SELECT p.participant_id, gen_random_uuid(), 'rating', p.round_id, p.id, 1000 * part + (random() * 9000)::int
            FROM presentations p JOIN statements s ON s.id = p.statement_id
                 JOIN generations n ON n.id = s.generation_id AND n.source <> 'attention-check'
                 CROSS JOIN generate_series(1, 2) AS part
            UNION ALL
            SELECT o.participant_id, gen_random_uuid(), 'opinion', o.round_id, NULL, 30000 + (random() * 90000)::int
            FROM opinions o
            """)
    }
}
