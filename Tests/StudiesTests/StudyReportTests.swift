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
        #expect(nothing.comparison.groups == 0 && nothing.comparison.lines.isEmpty)

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
        #expect(report.appliesInclusionRule && !report.synthetic)
        #expect(report.comparison.groups == 2)
        #expect(report.comparison.lines.map(\.condition) == ["own", "position"])
        #expect(report.comparison.lines.map(\.ratings) == [4, 6], "authors do not rate their own words")
        #expect(report.comparison.lines.map(\.agreement.value) == [5, 5] && report.comparison.lines[1].words == 4)
        #expect(report.comparison.pairs.map(\.memberRounds) == [4])

        try await database.execute("UPDATE statements SET malformed = true WHERE author_id IS NOT NULL")
        let wellFormed = try await StudyReport.read(of: study, in: database)
        #expect(wellFormed.comparison.lines.map(\.condition) == ["position"])
        try await database.execute(
            "UPDATE study_versions SET settings = jsonb_set(settings, '{inclusion,answers}', '99')")
        #expect(try await StudyReport.read(of: study, in: database).comparison.groups == 0)
    }
}
