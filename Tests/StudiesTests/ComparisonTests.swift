import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite("The tables in the scheme of the Habermas Machine data set") struct ComparisonTests {
    private static let yaml =
        TestStudy.yaml(
            conditions: """
                - {name: drafted, source: model, prompt: zero-shot, candidates: 3, select: welfare, alpha: [0.5, inf]}
                  - {name: own, source: human-opinion}
                  - {name: position, source: position-statement}
                """) + """

            data_version: EVALUATION_V2
            preference_model: agreement@1
            force_preference_model: true
            attention_checks:
              - {round: 1, text: Please choose Strongly disagree., agreement: 1}
            surveys:
              round: [{key: clear, kind: choice, text: Was it clear?, options: ["Yes", "No"]}, {key: why, kind: text, text: Why?}]
            """

    /// A round of three in which all answered, and the first of them rated everything, the last nothing.
    private func round() async throws -> (database: Database, people: [UUID], opinions: [String]) {
        let database = try await StudyFixture.openStudy(Self.yaml, opening: false)
        try await database.execute(
            """
            WITH base AS (INSERT INTO models (name, version, kind, file, sha256) VALUES ('small', 1, 'base', '/m', 'aa') RETURNING id)
            INSERT INTO models (name, version, kind, fitted, sha256, parent_id) SELECT 'agreement', 1, 'reward', '{}', 'ff00', id FROM base
            """)
        try await StudyCatalog(database: database).move("words", to: .open)
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let opinions = people.indices.map { "Opinion number \($0), with “quotes”, a \\ and\na line end" }
        for (person, opinion) in zip(people, opinions) { try await StudyFixture.answer(person, text: opinion, in: database) }
        let preference = try await database.first("SELECT id FROM models WHERE kind = 'reward'", as: UUID.self)
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            switch job.condition.name {
            case "drafted":
                let draft = try ExportFixture.draft(
                    ["We agree on one.", "We agree on two.", "We agree on three."],
                    predictions: [[6, 5, 4], [3, 2, 1], [1.5, 1, 1]], welfares: [4.9, 1.9, 1.1])
                try await queue.finish(job, with: .draft(draft, preferenceModel: preference))
            case "own": try await queue.finish(job, with: .opinions(job.opinions.filter { $0.participantID == people[2] }))
            default: try await queue.finish(job, with: .positionStatements([job.positionStatements[1]]))
            }
        }
        try await ExportFixture.rate(people[0], database) { $0 == "We agree on one." ? (6, 7) : $0.contains("Please") ? (1, 4) : (3, 1) }
        try await ExportFixture.rate(people[1], database) { $0.contains("Please") ? (1, 4) : (5, 4) }
        return (database, people, opinions)
    }

    private func strings(_ row: [String: Any], _ column: String) -> [String?] {
        (row[column] as? [Any] ?? []).map { $0 as? String }
    }

    @Test("have a row per member and round, with the columns of the scheme, in order, and lists of one length")
    func columns() async throws {
        let (database, _, _) = try await round()
        for table in ComparisonTable.allCases where table != .surveyResponses {
            let lines = try await ExportFixture.lines(table, database)
            #expect(lines.count == 3)
            let names = table.fields.map(\.name)
            #expect(Set(names).count == names.count)
            for line in lines {
                let row = try ExportFixture.object(line)
                #expect(Set(row.keys) == Set(names))
                let places = names.compactMap { line.firstRange(of: "\"\($0)\":")?.lowerBound }
                #expect(places == places.sorted() && places.count == names.count)
                for group in ["candidates.", "ratings.", "rankings.", "other_opinions."] {
                    let lengths = names.filter { $0.hasPrefix(group) }.compactMap { (row[$0] as? [Any])?.count }
                    #expect(Set(lengths).count <= 1, "\(group) \(lengths)")
                }
            }
            #expect(try await ExportFixture.lines(table, database) == lines, "the same rows again give the same lines")
        }
    }

    @Test("say what a member saw, wrote and rated, in the words of the scheme")
    func values() async throws {
        let (database, people, opinions) = try await round()
        let rows = try await ExportFixture.lines(.candidateComparisons, database).map(ExportFixture.object)
        func row(_ index: Int) throws -> [String: Any] {
            try #require(rows.first { $0["metadata.participant_id"] as? String == people[index].uuidString.lowercased() })
        }
        let first = try row(0)
        #expect(first["metadata.version"] as? String == "EVALUATION_V2" && first["question.split"] as? String == "TRAIN")
        #expect(first["metadata.provenance"] as? String == "HUMAN_CITIZEN" && first["metadata.status"] as? String == "COMPLETE")
        #expect(first["own_opinion.text"] as? String == opinions[0])
        #expect(Set(strings(first, "other_opinions.text")) == [opinions[1], opinions[2]])
        #expect(first["included"] is NSNull, "the study has no rule")
        #expect(first["rankings.derived"] as? Bool == true)

        // In the member's own order; attention checks are not among them.
        let texts = strings(first, "candidates.text")
        #expect(Set(texts) == ["We agree on one.", opinions[2], first["question.negating_statement"] as? String])
        let drafted = try #require(texts.firstIndex(of: "We agree on one."))
        let own = try #require(texts.firstIndex(of: opinions[2]))
        let position = try #require((0..<3).first { $0 != drafted && $0 != own })
        let provenances = strings(first, "candidates.metadata.provenance")
        #expect(provenances[drafted] == "MODEL_MEDIATOR" && provenances[own] == "HUMAN_CITIZEN")
        #expect(provenances[position] == "POSITION_STATEMENT")
        #expect(strings(first, "candidates.metadata.participant_id")[own] == people[2].uuidString.lowercased())
        #expect(
            strings(first, "candidates.metadata.generative_model.api_version")[drafted] == "small.gguf sha256:ab12"
                && strings(first, "candidates.metadata.generative_model.template_name")[drafted] == "zero-shot@v1"
                && strings(first, "candidates.metadata.reward_model.api_version")[drafted] == "agreement@1 sha256:ff00")
        #expect(strings(first, "candidates.aggregation.method")[drafted] == "WELFARE")

        let ratings = strings(first, "ratings.agreement"), quality = strings(first, "ratings.quality")
        #expect(ratings[drafted] == "AGREE" && quality[drafted] == "EXCELLENT_QUALITY")
        #expect(ratings[own] == "SOMEWHAT_DISAGREE" && quality[own] == "TERRIBLE_QUALITY")
        let ranks = try #require(first["rankings.numerical_ranks"] as? [Int])
        #expect(ranks[drafted] == 0 && ranks[own] == 1 && ranks[position] == 1)
        #expect(strings(first, "rankings.candidate_ids") == strings(first, "candidates.metadata.id"))

        // Predictions are in the order of the opinions that went in.
        let parents = try #require((first["candidates.parent_statement_ids"] as? [[String]])?[drafted])
        let order = try await database.first(
            "SELECT included_participant_ids FROM generations WHERE condition = 'drafted'", as: [UUID].self) ?? []
        let ids = try await database.query(
            """
            SELECT o.id::text FROM unnest(\(order)::uuid[]) WITH ORDINALITY AS i (id, place)
                 JOIN opinions o ON o.participant_id = i.id ORDER BY i.place
            """, as: String.self)
        #expect(parents == ids)
        #expect((first["candidates.reward_data.reward_predictions"] as? [[Double]])?[drafted] == [6, 5, 4])
        #expect((first["candidates.all_reward_predictions"] as? [[[Double]]])?[drafted] == [[6, 5, 4], [3, 2, 1], [1.5, 1, 1]])
        #expect((first["candidates.all_texts"] as? [[String]])?[drafted].count == 3)
        #expect((first["candidates.all_welfare_or_rank"] as? [[Any]])?[drafted] as? [Double] == [4.9, 1.9, 1.1])
        #expect((first["candidates.reward_data.welfare_or_rank"] as? [Any])?[drafted] as? Double == 4.9)
        // Of a person's opinion, that opinion; it was chosen among all.
        #expect((first["candidates.all_texts"] as? [[String]])?[own].count == 3)
        let opinion = try #require(try row(2)["own_opinion.metadata.id"] as? String)
        #expect((first["candidates.parent_statement_ids"] as? [[String]])?[own] == [opinion])

        // Who rated nothing has mock ratings and no ranks; authors do not see their own words.
        let last = try row(2)
        #expect(strings(last, "candidates.text").count == 2 && last["metadata.status"] as? String == "INCOMPLETE")
        #expect(strings(last, "ratings.agreement") == ["MOCK", "MOCK"] && strings(last, "ratings.quality") == ["MOCK", "MOCK"])
        #expect(strings(last, "ratings.metadata.provenance") == ["MOCK", "MOCK"])
        #expect(last["rankings.numerical_ranks"] as? [Int] == [-1, -1])
        #expect((try row(1))["rankings.numerical_ranks"] as? [Int] == [0, 0, 0])

        let stances = try await ExportFixture.lines(.positionStatementRatings, database).map(ExportFixture.object)
        #expect(stances.allSatisfy { strings($0, "ratings.agreement") == ["AGREE"] })
        #expect(stances.allSatisfy { strings($0, "ratings.agreement_negating") == ["DISAGREE"] && $0["rating_index"] as? Int == 0 })
    }

    @Test("have a row per survey, with the questions as they were asked")
    func surveys() async throws {
        let (database, people, opinions) = try await round()
        for person in people {
            try await ExportFixture.rate(person, database) { $0.contains("Please") ? (1, 4) : (5, 4) }
        }
        try await SurveyResponses(database: database).give(
            people[0], .round, round: 1, answers: ["clear": .text("Yes"), "why": .text("Because, \"so\"")])
        let rows = try await ExportFixture.lines(.surveyResponses, database).map(ExportFixture.object)
        let row = try #require(rows.first)
        #expect(rows.count == 1 && row["survey"] as? String == "ROUND" && row["opinion.text"] as? String == opinions[0])
        #expect(strings(row, "responses.question_id") == ["clear", "why"])
        #expect(strings(row, "responses.question_text") == ["Was it clear?", "Why?"])
        #expect(strings(row, "responses.answer") == ["Yes", "Because, \"so\""])
        #expect(Set(row.keys) == Set(ComparisonTable.surveyResponses.fields.map(\.name)))
    }

    @Test("have no row and no word of somebody who was erased")
    func erased() async throws {
        let (database, people, opinions) = try await round()
        let gone = people[2].uuidString.lowercased()
        #expect(try await ExportFixture.lines(.candidateComparisons, database).joined().contains(gone))
        try await Departure(database: database).leave(people[2], answers: .delete)
        for table in ComparisonTable.allCases {
            let text = try await ExportFixture.lines(table, database).joined()
            #expect(!text.contains(gone) && !text.contains(opinions[2].prefix(16)), "\(table)")
        }
        let rows = try await ExportFixture.lines(.candidateComparisons, database).map(ExportFixture.object)
        #expect(rows.count == 2)
        for row in rows {
            let texts = strings(row, "candidates.text"), states = strings(row, "candidates.metadata.status")
            // Whoever had rated their words keeps the rating, of a statement without words.
            #expect(zip(texts, states).allSatisfy { ($0 == "") == ($1 == "ERASED") })
            let predictions = try #require(row["candidates.all_reward_predictions"] as? [[[Double]]])
            let parents = try #require(row["candidates.parent_statement_ids"] as? [[String]])
            let drafted = try #require(texts.firstIndex(of: "We agree on one."))
            #expect(parents[drafted].count == 2 && predictions[drafted].allSatisfy { $0.count == 2 })
        }
    }

    @Test("have simulated people as such, and only when asked for where there are real ones")
    func synthetic() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database, synthetic: true)) }
        for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        try await StudyFixture.makeStatements(database)
        let rows = try await ExportFixture.lines(.candidateComparisons, database, includingSynthetic: true)
            .map(ExportFixture.object)
        #expect(rows.count == 3 && rows.allSatisfy { $0["metadata.version"] as? String == "TRAINING_DATA_V1" })
        for row in rows {
            #expect(row["metadata.provenance"] as? String == "BOT_CITIZEN")
            #expect(strings(row, "candidates.metadata.provenance").allSatisfy { $0 == "BOT_CITIZEN" })
        }
        _ = try await StudyFixture.arrive(database)
        #expect(try await ExportFixture.lines(.candidateComparisons, database).isEmpty, "there is a real person now")
    }

    @Test("say whether the inclusion rule includes a member's round")
    func inclusion() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(conditions: "- {name: position, source: position-statement}")
                + "\ninclusion: {members: 3, rounds: 1, answers: 3, excluding_flags: [failed-attention-check]}")
        for group in 0..<2 {
            var people: [UUID] = []
            for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
            for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
            let queue = GenerationQueue(database: database)
            while let job = try await queue.claim(worker: UUID()) {
                try await queue.finish(job, with: .positionStatements([job.positionStatements[0]]))
            }
            if group == 0 { for person in people { try await StudyFixture.rateAll(person, database) } }
        }
        let rows = try await ExportFixture.lines(.candidateComparisons, database).map(ExportFixture.object)
        #expect(rows.map { $0["included"] as? Bool } == [true, true, true, false, false, false])
    }

    @Test("are named as the study file says, which takes capital letters, digits and underscores")
    func names() throws {
        #expect(try StudyFile(yaml: TestStudy.yaml() + "\ndata_version: A_1").settings.dataVersion == "A_1")
        for bad in ["training", "_A", "A B", "\"\""] {
            #expect(throws: StudyFileError.self) { try StudyFile(yaml: TestStudy.yaml() + "\ndata_version: \(bad)") }
        }
    }
}
