import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

@Suite("A study's report") struct StudyReportTests {
    @Test("compares the conditions by the ratings that count: not attention checks, malformed statements, nor rounds that the rule leaves out")
    func compares() async throws {
        let yaml = TestStudy.yaml(
            conditions: """
                - {name: own, source: human-opinion}
                  - {name: position, source: position-statement}
                attention_checks:
                  - {round: 1, text: Please choose Strongly disagree., agreement: 1}
                inclusion: {members: 3, rounds: 1, answers: 5}
                """)
        let database = try await StudyFixture.openStudy(yaml)
        let study = try await StudyCatalog(database: database).study(named: "words")
        let nothing = try await StudyReport.read(of: study, in: database)
        #expect(nothing.conditions.numbers.groups == 0 && nothing.conditions.numbers.lines.isEmpty)
        #expect(nothing.sample.numbers.participants == 0 && nothing.attrition.numbers.steps.allSatisfy { $0.reached == 0 })
        #expect(ReportPage(nothing).html.contains("none yet"), "a page of a study that has not begun says so")

        for _ in 0..<2 {
            var people: [UUID] = []
            for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
            for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
            let queue = GenerationQueue(database: database)
            while let job = try await queue.claim(worker: UUID()) {
                try await queue.finish(
                    job, with: job.condition.name == "own" ? .opinions([job.opinions[0]]) : .positionStatements(["Four words of it."]))
            }
            for person in people { try await StudyFixture.rateAll(person, database) }
        }
        let report = try await StudyReport.read(of: study, in: database)
        let comparison = report.conditions.numbers
        #expect(report.appliesInclusionRule && !report.synthetic)
        #expect(comparison.groups == 2)
        #expect(comparison.lines.map(\.condition) == ["own", "position"])
        #expect(comparison.lines.map(\.ratings) == [4, 6], "authors do not rate their own words")
        #expect(comparison.lines.map(\.agreement.value) == [5, 5] && comparison.lines[1].words.value == 4)
        #expect(comparison.pairs.map(\.memberRounds) == [4])
        #expect(report.sample.numbers.leftOut.map(\.ratingsLeftOut) == [6, 0, 0, 0], "the attention checks")
        #expect(report.divisiveness.numbers.map(\.ofStatements.value) == [0, 0], "everybody gave a 5")

        try await database.execute("UPDATE statements SET malformed = true WHERE author_id IS NOT NULL")
        let wellFormed = try await StudyReport.read(of: study, in: database)
        #expect(wellFormed.conditions.numbers.lines.map(\.condition) == ["position"])
        try await database.execute(
            "UPDATE study_versions SET settings = jsonb_set(settings, '{inclusion,answers}', '99')")
        let strict = try await StudyReport.read(of: study, in: database)
        #expect(strict.conditions.numbers.groups == 0)
        #expect(strict.sample.numbers.leftOut.map(\.ratingsLeftOut) == [6, 4, 0, 6])
    }

    @Test("and the dump of the same study are written down for the independent implementation, and all sections have numbers")
    func record() async throws {
        let database = try await ReportFixture.study()
        let study = try await StudyCatalog(database: database).study(named: "words")
        let report = try await StudyReport.read(of: study, in: database)
        #expect(report.conditions.numbers.lines.map(\.condition) == ["full", "gap", "ranked", "own"])
        #expect(report.conditions.numbers.pairs.count == 6 && report.conditions.numbers.exclusions.count == 1)
        #expect(Set(report.splits.numbers.lines.map(\.split)) == ["iid_test", "ood_test"])
        #expect(report.splits.numbers.losses.count == 4)
        #expect(report.divisiveness.numbers.count == 4)
        #expect(report.predictions.numbers.map(\.model) == ["taste@1", "taste@2"])
        #expect(report.sample.numbers.leftOut.allSatisfy { $0.ratingsLeftOut > 0 }, "\(report.sample.numbers.leftOut)")
        #expect(report.attrition.numbers.losses.count >= 4)
        #expect(report.sample.numbers.withdrawn == 1 && report.sample.numbers.members == 39)
        #expect(report.attrition.numbers.steps.map(\.reached).first == report.sample.numbers.participants)
        #expect(report.times.numbers.rounds.map(\.phase) == ["opinions", "drafting", "ratings"])
        try await keep(report, as: "report-record", database)
    }

    @Test("of a study without an inclusion rule, whose opinions are reviewed and rated, counts everything, and has the times of these")
    func reviewed() async throws {
        let database = try await ReportFixture.reviewed()
        let study = try await StudyCatalog(database: database).study(named: "words")
        let report = try await StudyReport.read(of: study, in: database)
        #expect(!report.appliesInclusionRule && report.conditions.numbers.groups == 3)
        #expect(report.conditions.numbers.lines.map(\.ratings) == [6, 9] && report.sample.numbers.leftOut.allSatisfy { $0.ratingsLeftOut == 0 })
        #expect(report.times.numbers.rounds.map(\.phase) == ["opinions", "review", "opinion-ratings", "drafting", "ratings"])
        #expect(report.times.numbers.rounds.allSatisfy { $0.count == 3 })
        try await keep(report, as: "reviewed-record", database)
    }

    /// Writes the report of study `words`, and its dump, where the independent implementation finds them.
    private func keep(_ report: StudyReport, as name: String, _ database: Database) async throws {
        guard let path = ProcessInfo.processInfo.environment["CONCORD_SCIENCE_RECORD"] else { return }
        let folder = URL(filePath: path).deletingLastPathComponent().appending(path: name)
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try await StudyFixture.writeDump(database, to: folder)
        try report.json().write(to: folder.appending(path: "report.json"))
        try Data(ReportPage(report).html.utf8).write(to: folder.appending(path: "report.html"))
    }

    @Test("takes several studies together, such as one per split of the questions, unless a condition is not the same in them")
    func together() async throws {
        let database = try await ReportFixture.study(other: "beyond"), catalog = StudyCatalog(database: database)
        let within = try await catalog.study(named: "words"), beyond = try await catalog.study(named: "beyond")
        let report = try await StudyReport.read(of: [within, beyond], in: database)
        var parts: [StudyReport] = []
        for study in [within, beyond] { parts.append(try await StudyReport.read(of: study, in: database)) }
        #expect(parts.allSatisfy { $0.splits.numbers.losses.isEmpty }, "one study alone has nothing to compare")
        #expect(report.splits.numbers.losses.map(\.condition) == ["full", "gap", "ranked", "own"])
        #expect(report.studies.map(\.study) == ["words", "beyond"])
        func sum(_ count: (StudyReport) -> Int) -> Int { parts.reduce(0) { $0 + count($1) } }
        #expect(report.sample.numbers.ratings == sum(\.sample.numbers.ratings))
        #expect(report.sample.numbers.participants == sum(\.sample.numbers.participants))
        #expect(report.conditions.numbers.groups == sum(\.conditions.numbers.groups))
        #expect(report.conditions.numbers.exclusions.count == 1)
        for (split, part) in zip(["iid_test", "ood_test"], parts) {
            let lines = report.splits.numbers.lines.filter { $0.split == split }
            #expect(lines.map(\.agreement.value) == part.splits.numbers.lines.map(\.agreement.value))
            #expect(lines.map(\.questions) == part.splits.numbers.lines.map(\.questions))
        }
        if let path = ProcessInfo.processInfo.environment["CONCORD_SCIENCE_RECORD"] {
            let folder = URL(filePath: path).deletingLastPathComponent().appending(path: "reports-record")
            try? FileManager.default.removeItem(at: folder)
            for study in ["words", "beyond"] {
                let part = folder.appending(path: study)
                try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
                try await StudyFixture.writeDump(database, of: study, to: part)
            }
            try report.json().write(to: folder.appending(path: "report.json"))
            try Data(ReportPage(report).html.utf8).write(to: folder.appending(path: "report.html"))
        }

        try await catalog.create(StudyFile(yaml: TestStudy.yaml().replacing("human-opinion, source", with: "full, source").replacing("name: words", with: "name: third")))
        let third = try await catalog.study(named: "third")
        await #expect(throws: ReportError.otherCondition("full", "words", "third")) {
            try await StudyReport.read(of: [within, third], in: database)
        }
    }

    @Test("is of one snapshot: what is answered while it is read is in none of its sections")
    func snapshot() async throws {
        let database = try await StudyFixture.openStudy()
        var people: [UUID] = []
        for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
        let study = try await StudyCatalog(database: database).study(named: "words")
        // One answer after another, while reports are read.
        async let answers: Void = {
            for person in people { try await StudyFixture.answer(person, text: "Words of \(person)", in: database) }
        }()
        for _ in 0..<5 {
            let steps = try await StudyReport.read(of: study, in: database).attrition.numbers.steps
            #expect(steps.first?.reached == 3)
        }
        try await answers
        #expect(try await StudyReport.read(of: study, in: database).attrition.numbers.steps[4].reached == 3)
    }

    @Test("is made of many ratings, of which only those of people without an excluding flag count")
    func many() async throws {
        let database = try await StudyFixture.openStudy(ManyRatings.yaml)
        try await ManyRatings.insert(48_000, study: "words", into: database)
        let study = try await StudyCatalog(database: database).study(named: "words")
        let report = try await StudyReport.read(of: study, in: database)
        #expect(report.sample.numbers.ratings == 46_800 && report.sample.numbers.leftOut.map(\.ratingsLeftOut) == [0, 0, 0, 1_200])
        #expect(report.sample.numbers.includedRounds == 2_400)
        let steps = ["consent", "group", "opinion", "rating", "rounds", "done"]
        #expect(report.attrition.numbers.steps.filter { $0.reached == 4_800 }.map(\.step) == steps)
        #expect(report.times.numbers.rounds.map(\.count) == [2_400, 2_400, 2_400])
        #expect(report.predictions.numbers.map(\.ratings) == [46_800])
        await database.close()
    }

    @Test("says as a page what a study is called, as text")
    func page() async throws {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml().replacing("title: Words", with: "title: \"<script>alert('words')</script> & more\""))
        let study = try await StudyCatalog(database: database).study(named: "words")
        let html = ReportPage(try await StudyReport.read(of: study, in: database)).html
        #expect(!html.contains("<script") && html.contains("&lt;script&gt;alert(&#39;words&#39;)&lt;/script&gt; &amp; more"))
        #expect(!html.contains("http://") && !html.contains("https://"), "nothing is fetched from anywhere")
    }
}
