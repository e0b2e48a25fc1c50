import Consensus
import Foundation
import LanguageModel
import Postgres
import Studies
import TestSupport
import Testing

@Suite struct WatchingTests {
    private func study(_ database: Database) async throws -> Study {
        try await StudyCatalog(database: database).study(named: "words")
    }

    private func snapshot(_ database: Database, _ role: UserRole = .admin) async throws -> WatchSnapshot {
        try await Watching(database: database).snapshot(of: study(database), for: role)
    }

    private func arrive(_ count: Int, _ database: Database) async throws -> [UUID] {
        var people: [UUID] = []
        for _ in 0..<count { people.append(try await StudyFixture.arrive(database)) }
        return people
    }

    @Test("What is under way: people per stage, groups with what they wait for, and who gives no sign of themselves")
    func underWay() async throws {
        let database = try await StudyFixture.openStudy(rounds: 2)
        #expect(try await snapshot(database).rows.isEmpty)
        let people = try await arrive(4, database)
        _ = try await Enrolment(database: database).join("words", synthetic: true)
        try await StudyFixture.answer(people[0], text: "Words of the first", in: database)
        var now = try await snapshot(database)
        #expect(now.counts.map(\.stage) == [.group, .instructions, .lobby])
        #expect(now.counts.map(\.people) == [3, 1, 1] && now.counts.map(\.synthetic) == [0, 1, 0])
        let group = try #require(now.rows.first { $0.group == 1 })
        #expect(group.round == 1 && group.rounds == 2 && group.phase == "opinions" && group.generations == nil)
        #expect(group.members.map(\.owes) == [nil, .stance, .stance] && group.members.map(\.seat) == [1, 2, 3])
        #expect(group.members.allSatisfy { $0.isConnected && !$0.isIdle } && group.risk.level == .calm)
        #expect(now.rows.filter { $0.group == nil }.map(\.phase).sorted() == ["instructions", "lobby"])

        // One closes the page, one leaves it open and goes away; the deadline comes near.
        try await database.execute("UPDATE rounds SET phase_entered_at = now() - interval '9 minutes', phase_deadline_at = now() + interval '1 minute' WHERE phase = 'opinions'")
        try await database.execute("UPDATE participants SET confirmed_at = now() - interval '9 minutes'")
        try await database.execute("UPDATE participants SET last_seen_at = now() - interval '2 minutes' WHERE id = \(people[1])")
        now = try await snapshot(database)
        let late = try #require(now.rows.first)
        #expect(late.group == 1 && late.risk.level == .urgent)
        #expect(late.members.map(\.isIdle) == [false, true, true] && late.members.map(\.isConnected) == [true, false, true])
        // Whoever types, or has the step in view, is not idle.
        let stretch = try JSONDecoder().decode(
            VisibleStretch.self, from: Data(#"{"id":"\#(UUID())","step":"stance","round":1,"milliseconds":4000}"#.utf8))
        try await VisibleTime(database: database).note([stretch], of: people[2])
        #expect(try await snapshot(database).rows.first?.members.map(\.isIdle) == [false, true, false])
    }

    @Test("A group whose texts are reviewed waits for an admin, and the texts that wait are counted")
    func review() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml() + "\nreview: {before_display: always, minutes: 5}\nopinion_ratings: true")
        let people = try await arrive(3, database)
        try await StudyFixture.answer(people[0], text: "Words of the first", in: database)
        var now = try await snapshot(database)
        #expect(now.textsToReview == 1 && now.rows.first?.phase == "opinions" && now.rows.first?.textsToReview == nil)
        for person in people[1...] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        now = try await snapshot(database, .researcher)
        #expect(now.textsToReview == 3 && now.rows.first?.phase == "review" && now.rows.first?.textsToReview == 3)
        #expect(now.rows.first?.risk.level == .attention)
        let study = try await study(database), reviews = Reviews(database: database)
        let texts = try await reviews.list(.unread, of: study, readsAll: true).texts
        _ = try await reviews.decide(texts[0].id, .approve, because: nil, after: nil, in: study, by: .commandLine)
        now = try await snapshot(database)
        #expect(now.textsToReview == 2 && now.rows.first?.textsToReview == 2)
        #expect(now.rows.first?.risk.reasons == ["The group waits for an admin to review 2 texts."])
        for text in texts[1...] {
            _ = try await reviews.decide(text.id, .hide, because: "rude", after: nil, in: study, by: .commandLine)
        }
        now = try await snapshot(database)
        #expect(now.textsToReview == 0 && now.rows.first?.phase == "opinion-ratings" && now.rows.first?.textsToReview == nil)
    }

    @Test("Messages that wait are counted for admins; flags and what went wrong for everybody")
    func signs() async throws {
        let database = try await StudyFixture.openStudy()
        let people = try await arrive(3, database)
        try await Messages(database: database).send("How long?", key: UUID(), from: people[0])
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await database.execute(
            "INSERT INTO flags (participant_id, round_id, flag, value) SELECT \(people[0]), id, 'pasted', 0.9 FROM rounds")
        let queue = GenerationQueue(database: database)
        let job = try #require(try await queue.claim(worker: UUID()))
        var now = try await snapshot(database)
        #expect(now.queue.running == 1 && now.queue.waiting == 0 && now.queue.workers == 1 && now.queue.tokensPerSecond == nil)
        try await queue.fail(job, because: "the model fell over")
        now = try await snapshot(database)
        #expect(now.unanswered == 1 && now.flags.first { $0.flag == .pasted }?.people == 1)
        #expect(now.queue.running == 0 && now.queue.waiting == 1 && now.queue.oldestAt != nil)
        #expect(now.faults.map(\.text) == ["the model fell over"] && now.faults[0].group == 1 && now.faults[0].round == 1)
        #expect(try await snapshot(database, .researcher).unanswered == nil)
    }

    @Test("The speed of late says whether statements will be ready in time")
    func speed() async throws {
        let database = try await StudyFixture.openStudy()
        for _ in 0..<2 {
            for person in try await arrive(3, database) {
                try await StudyFixture.answer(person, text: "Words of \(person)", in: database)
            }
        }
        // The first was a draft of 200 tokens in 4 seconds; the second waits for 40,000.
        try await database.execute(
            """
            WITH made AS (
                UPDATE generations SET state = 'finished', source = 'model', finished_at = now(), seconds = 4
                WHERE id = (SELECT id FROM generations ORDER BY created_at LIMIT 1) RETURNING id)
            INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish, chosen)
            SELECT id, 1, n, 0, 'Text', 100, -1, 'end', false FROM made, generate_series(1, 2) AS n
            """)
        try await database.execute("UPDATE generations SET tokens_expected = 40000 WHERE state = 'queued'")
        let now = try await snapshot(database)
        #expect(now.queue.tokensPerSecond == 50 && now.queue.secondsPerDraft == 4)
        let waiting = try #require(now.rows.first { $0.generations?.waiting == 1 })
        #expect(waiting.risk.level == .urgent)
        #expect(waiting.risk.reasons == ["At the present speed the statements are not ready in time."])
    }

    @Test("What a server could not do for a study is kept for its admins, and counted")
    func warnings() async throws {
        let database = try await StudyFixture.openStudy()
        _ = try await arrive(3, database)
        let sound = try await database.query("SELECT settings::text FROM study_versions", as: String.self)
        try await database.execute("UPDATE study_versions SET settings = settings - 'title'")
        for _ in 0..<2 {
            try await database.execute("UPDATE rounds SET phase_deadline_at = now() - interval '1 minute' WHERE phase = 'opinions'")
            try await StudyFixture.sweep(database)
        }
        try await database.execute("UPDATE study_versions SET settings = \(sound[0])::jsonb")
        let now = try await snapshot(database)
        #expect(now.faults.count == 1 && now.faults[0].times == 2 && now.faults[0].generation == nil)
        #expect(now.faults[0].text.hasPrefix("a round's deadline could not be acted on: "))
        #expect(now.rows.first?.risk.level == .stuck)
    }

    @Test("A person is found by every id there is, and by admins only where it says who they are")
    func search() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml() + "\nrecruitment: {source: platform}\n")
        let ids = try #require(PlatformIDs(participant: "5f3c0a", study: "s1", session: "sub-77"))
        let secret = try await Enrolment(database: database).join("words", synthetic: false, from: ids).secret
        let known = try await Sessions(database: database).participant(with: secret).id
        try await Enrolment(database: database).acceptInstructions(known)
        for number in 0..<2 {
            let other = try #require(PlatformIDs(participant: "other\(number)"))
            let secret = try await Enrolment(database: database).join("words", synthetic: false, from: other).secret
            try await Enrolment(database: database).acceptInstructions(
                try await Sessions(database: database).participant(with: secret).id)
        }
        let invitation = Secret()
        try await database.execute(
            """
            INSERT INTO invitations (study_id, hash, participant_id, taken_at)
            SELECT study_id, sha256(convert_to(\(invitation.text), 'UTF8')), id, now() FROM participants WHERE id = \(known)
            """)
        let invitationID = try #require(try await database.first("SELECT id::text FROM invitations", as: String.self))
        let study = try await study(database), search = PeopleSearch(database: database)
        func find(_ text: String, _ role: UserRole = .admin) async throws -> [PeopleSearch.Found] {
            try await search.find(text, in: study, for: role)
        }
        let id = known.uuidString
        for (text, by) in [
            (id, "participant"), (id.lowercased(), "participant"), (String(id.prefix(8)), "participant"), ("1.1", "seat"),
            ("group 1 seat 1", "seat"), ("Group 1, seat 1", "seat"), ("1/1", "seat"),
        ] {
            for role in UserRole.allCases {
                let found = try await find(" \(text) ", role)
                #expect(found.map(\.id) == [known] && found.first?.by == by, "\(text) \(role)")
                #expect(found.first?.platformID == (role == .admin ? "5f3c0a" : nil))
            }
        }
        for (text, by) in [
            ("sub-77", "session"), (invitationID, "invitation"), (invitation.text, "invitation"),
            ("https://example.org/join/words?invitation=\(invitation.text)", "invitation"), ("other0", "platform"),
        ] {
            #expect(try await find(text).map(\.by) == [by], "\(text)")
            #expect(try await find(text, .researcher).isEmpty, "\(text)")
        }
        #expect(try await find("1").map(\.seat) == [1, 2, 3])
        for text in ["", "  ", "2.1", "1.4", "nobody", "abc", "%", "\0", String(repeating: "a", count: 600)] {
            #expect(try await find(text).isEmpty, "\(text)")
        }
    }

    @Test("A person's record has what they answered; researchers do not learn who they are, nor what they wrote to us")
    func record() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml() + "\nrecruitment: {source: platform}\npayment: {currency: GBP, base: 2.5}\n")
        var people: [UUID] = []
        for number in 0..<3 {
            let ids = try #require(PlatformIDs(participant: "person\(number)"))
            let secret = try await Enrolment(database: database).join("words", synthetic: false, from: ids).secret
            people.append(try await Sessions(database: database).participant(with: secret).id)
            try await Enrolment(database: database).acceptInstructions(people[number])
        }
        try await Messages(database: database).send("It is me, Anna", key: UUID(), from: people[0])
        _ = try await Drafts(database: database).save(
            "I am about to say", for: people[1], about: .opinion, round: 1, base: 0)
        try await StudyFixture.answer(people[0], text: "Words of the first", in: database)
        let study = try await study(database), watching = Watching(database: database)
        let users = Users(database: database)
        _ = try await users.create("anna", role: .admin)
        _ = try await users.create("rita", role: .researcher)
        let known = try await users.list()
        let anna = AuditLog.Actor(user: known.first { $0.name == "anna" }, way: .page)
        let rita = AuditLog.Actor(user: known.first { $0.name == "rita" }, way: .page)

        var record = try await watching.record(of: people[0], in: study, for: anna)
        #expect(record.platform?.participant == "person0" && record.messages?.map(\.text) == ["It is me, Anna"])
        #expect(record.rounds.first?.opinion == "Words of the first" && record.rounds.first?.stance?.affirming == 6)
        #expect(record.events.map(\.event) == ["consented", "instructed", "lobby", "group", "stance", "opinion"])
        #expect(record.group?.seat == 1 && record.owes == nil && !record.can.nudge && record.can.remove && !record.can.release)
        record = try await watching.record(of: people[1], in: study, for: anna)
        #expect(record.rounds.first?.draft?.contains("about to say") == true && record.owes == .stance && record.can.nudge)
        record = try await watching.record(of: people[1], in: study, for: rita)
        #expect(record.platform == nil && record.messages == nil && record.payments == nil && record.rounds.first?.draft == nil)

        // Ratings come with what was shown, and nothing that tells where it is from.
        for person in people[1...] { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        for person in people { try await StudyFixture.rateAll(person, database) }
        for person in people { try await Enrolment(database: database).acceptDebriefing(person) }
        let author = try await database.first("SELECT author_id FROM statements", as: UUID.self)
        let rater = try #require(people.first { $0 != author })
        record = try await watching.record(of: rater, in: study, for: anna)
        #expect(record.rounds.first?.ratings.map(\.agreement) == [5] && record.stage == .done && !record.can.remove)
        #expect(record.payments?.map(\.amount) == ["2.50"])
        let text = String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
        // With the quotation mark: two of the questions, which are drawn, speak of conditions.
        #expect(!text.contains("human-opinion") && !text.contains("\"condition"))

        // Looking is written down, once in a quarter of an hour, and is no sign of presence.
        let seen = try await database.query("SELECT last_seen_at FROM participants ORDER BY id", as: Date.self)
        _ = try await watching.page(of: rater, in: study, for: anna)
        _ = try await watching.page(of: rater, in: study, for: anna)
        #expect(try await database.query("SELECT last_seen_at FROM participants ORDER BY id", as: Date.self) == seen)
        let views = try await database.query(
            "SELECT action || ' ' || u.name FROM audit_log a JOIN users u ON u.id = a.user_id WHERE subject = \(rater.uuidString.lowercased()) ORDER BY a.id",
            as: String.self)
        #expect(views.count { $0 == "participant.view-page anna" } == 1 && views.count { $0 == "participant.view anna" } == 1)
        let nobody = UUID()
        await #expect(throws: StudyError.unknownParticipant(nobody.uuidString.lowercased(), study: "words")) {
            try await watching.record(of: nobody, in: study, for: anna)
        }
    }

    @Test("What an admin sees of somebody's page is what they see, to the last letter")
    func page() async throws {
        let database = try await StudyFixture.openStudy()
        let people = try await arrive(3, database), study = try await study(database)
        for person in people {
            let theirs = try await ParticipationReader(database: database).state(of: person)
            let seen = try await Watching(database: database).page(of: person, in: study, for: .commandLine)
            #expect(seen.version == theirs.version)
        }
    }

    @Test("The log of generations says nothing of conditions until it is asked to, and that is written down")
    func generations() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(conditions: """
                - {name: drafted, source: model, prompt: zero-shot, candidates: 4, select: first}
                  - {name: drafted-less, source: model, prompt: zero-shot, candidates: 4, select: first, exclude: 1}
                  - {name: plain, source: human-opinion}
                """))
        for person in try await arrive(3, database) {
            try await StudyFixture.answer(person, text: "Words of \(person)", in: database)
        }
        // The first is ranked by welfare, as a preference model would have it; the last is somebody's opinion.
        try await database.execute(
            """
            UPDATE generations SET state = 'finished', settings = settings || '{"select": "welfare"}', alpha = 1, seconds = 3.5,
                                   prompt_text = 'The prompt.', prompt_template = 'zero-shot', prompt_version = 'v1'
            WHERE condition = 'drafted'
            """)
        for (number, text, malformation, original, welfare, chosen) in [
            (1, "We agree.", nil, nil, 5.25, true), (2, "We do agree.", nil, 1, nil, false), (3, "No end", "cut_mid_sentence", nil, nil, false),
            (4, "We differ.", nil, nil, 4.125, false),
        ] as [(Int16, String, String?, Int16?, Double?, Bool)] {
            try await database.execute(
                """
                INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish, malformation,
                                        duplicate_draw, duplicate_number, predictions, welfare, rank, chosen)
                SELECT n.id, 1, \(number), 0, \(text), 9, -4.5, 'end', \(malformation), \(original.map { _ in Int16(1) }), \(original),
                       (SELECT jsonb_object_agg(m.participant_id, 4 + m.seat * 0.5) FROM members m), \(welfare),
                       \(welfare.map { Int16($0 > 5 ? 1 : 2) }), \(chosen)
                FROM generations n WHERE n.condition = 'drafted'
                """)
        }
        try await database.execute(
            """
            INSERT INTO statements (generation_id, round_id, text) SELECT id, round_id, 'We agree.'
            FROM generations WHERE condition = 'drafted'
            """)
        try await database.execute(
            "UPDATE generations SET state = 'skipped', error = 'leaving out 1 of 3' WHERE condition = 'drafted-less'")
        let study = try await study(database), log = GenerationLog(database: database)
        let hidden = try await log.entries(of: study, for: .commandLine, showingConditions: false)
        #expect(hidden.count == 3 && hidden.allSatisfy { $0.shown == nil && $0.error == nil && $0.state != "skipped" })
        let text = String(decoding: try JSONEncoder().encode(hidden), as: UTF8.self)
        for word in ["drafted", "plain", "zero-shot", "leaving", "agree", "skipped"] { #expect(!text.contains(word), "\(word)") }
        #expect(try await database.first("SELECT count(*) FROM audit_log WHERE action = 'study.show-conditions'", as: Int.self) == 0)

        let shown = try await log.entries(of: study, for: .commandLine, showingConditions: true)
        #expect(Set(shown.compactMap { $0.shown?.condition }) == ["drafted", "drafted-less", "plain"])
        #expect(try await database.query("SELECT action FROM audit_log WHERE action LIKE 'study.show%'", as: String.self) == ["study.show-conditions"])
        let drafted = try #require(shown.first { $0.shown?.condition == "drafted" })
        let whole = try await log.entry(drafted.id, of: study, for: .commandLine, showingConditions: true)
        let making = try #require(whole.making)
        #expect(making.why == "4 candidates were drawn. 1 was rejected for its form. 1 said nearly what another said. Of the 2 left, "
            + "1.1 is shown, because it has the highest welfare of the agreements predicted of the members (5.25; the next best has "
            + "4.12), at an inequality aversion of α = 1.")
        #expect(making.candidates.map(\.duplicateOf) == [nil, "1.1", nil, nil] && making.prompt == "The prompt.")
        #expect(making.candidates[0].predictions == ["1": 4.5, "2": 5, "3": 5.5])
        #expect(whole.shown?.statements == ["We agree."] && Set(whole.shown?.included ?? []) == [1, 2, 3])
        #expect(shown.first { $0.shown?.condition == "drafted-less" }?.shown?.excluded.count == 1)
        #expect(try await log.entry(drafted.id, of: study, for: .commandLine, showingConditions: false).making == nil)

        #expect(try await log.entries(of: study, for: .commandLine, showingConditions: false, group: 2).isEmpty)
        #expect(try await log.entries(of: study, for: .commandLine, showingConditions: false, onlyFailed: true).isEmpty)
        let last = try #require(hidden.last)
        #expect(try await log.entries(of: study, for: .commandLine, showingConditions: false, before: last.id).isEmpty)
        #expect(
            try await log.entries(of: study, for: .commandLine, showingConditions: false, before: hidden[0].id).map(\.id)
                == hidden.dropFirst().map(\.id))
        let nothing = UUID()
        for ask in [
            { try await log.entry(nothing, of: study, for: .commandLine, showingConditions: true) as Any },
            { try await log.entries(of: study, for: .commandLine, showingConditions: false, before: nothing) as Any },
        ] {
            await #expect(throws: InterventionError.unknownGeneration(nothing.uuidString.lowercased(), study: "words")) {
                _ = try await ask()
            }
        }
    }

    @Test("Why an opinion was chosen is said, too") func opinions() async throws {
        let database = try await StudyFixture.openStudy()
        let people = try await arrive(3, database)
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        let study = try await study(database), log = GenerationLog(database: database)
        let id = try #require(try await log.entries(of: study, for: .commandLine, showingConditions: true).first?.id)
        let seat = try #require(
            try await database.first("SELECT m.seat FROM statements s JOIN members m ON m.participant_id = s.author_id", as: Int16.self))
        func why() async throws -> String? {
            try await log.entry(id, of: study, for: .commandLine, showingConditions: true).making?.why
        }
        #expect(try await why() == "The opinion of seat \(seat) is shown; chance decided.")
        try await database.execute(
            """
            UPDATE generations SET settings = settings || '{"select": "actual-welfare"}', alpha = 'Infinity',
                choice = jsonb_build_object('agreements', '{}'::jsonb,
                    'welfare', (SELECT jsonb_build_object(author_id, 3.5) FROM statements))
            """)
        #expect(try await why() == "The opinion of seat \(seat) is shown, because of all opinions it has the highest welfare (3.5) of "
            + "the agreements that the others gave, which is that of whoever agrees least (α = ∞).")
    }
}
