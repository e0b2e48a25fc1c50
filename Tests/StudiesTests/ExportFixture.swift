// Reading what a study's tables and training sets hold, for tests.

import Consensus
import Exports
import Foundation
import Postgres
import Studies
import TestSupport
import Testing

enum ExportFixture {
    /// Writes the dump of study `words` with these parts beside its tables.
    @discardableResult
    static func writeDump(
        _ database: Database, to folder: URL, parts: [any DumpPart], includingSynthetic: Bool = false
    ) async throws -> Dump.Result {
        var options = DumpOptions()
        options.parts = parts
        options.includingSynthetic = includingSynthetic
        let study = try await StudyCatalog(database: database).study(named: "words")
        return try await Dump(of: study, in: database).write(to: folder, options)
    }

    /// The lines of one table of study `words`, as they were written.
    static func lines(_ table: ComparisonTable, _ database: Database, includingSynthetic: Bool = false) async throws -> [String] {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let result = try await writeDump(database, to: folder, parts: [Comparisons()], includingSynthetic: includingSynthetic)
        let text = try String(contentsOf: folder.appending(path: "\(table.rawValue).jsonl"), encoding: .utf8)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(result.rows[table.rawValue] == lines.count)
        return lines
    }

    static func object(_ line: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    /// Writes the training sets of study `words` into a folder.
    /// - Returns: what training-sets.json says.
    @discardableResult
    static func writeTrainingSets(
        _ database: Database, to folder: URL, options: TrainingSetOptions = TrainingSetOptions()
    ) async throws -> TrainingSetsReport {
        try await writeDump(database, to: folder, parts: [TrainingSets(options)])
        return try JSONDecoder().decode(
            TrainingSetsReport.self, from: Data(contentsOf: folder.appending(path: "training-sets.json")))
    }

    static func objects(_ file: URL) throws -> [[String: Any]] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try object(String($0)) }
    }

    /// A draft as a worker would hand it in.
    /// - Parameters:
    ///   - texts: of the candidates, the best first; the first is the one to show.
    ///   - predictions: per candidate, of each member whose opinion went in.
    static func draft(_ texts: [String], predictions: [[Double]] = [], welfares: [Double] = []) throws -> Draft {
        let candidates = texts.enumerated().map { index, text in
            var candidate = Candidate(
                draw: 1, index: index, seed: UInt64(index), text: text, tokenCount: 5, logProbability: -9, finish: .endOfText,
                malformation: nil)
            if !predictions.isEmpty {
                candidate.predictions = predictions[index]
                candidate.welfare = welfares[index]
                candidate.rank = index + 1
            }
            return candidate
        }
        let listed = String(decoding: try JSONEncoder().encode(candidates), as: UTF8.self)
        return try JSONDecoder().decode(
            Draft.self,
            from: Data(
                """
                {"candidates": \(listed), "order": \(Array(texts.indices)), "chosen": [0], "promptText": "Prompt", "promptTokens": 9, "shortened": [],
                 "seconds": 1.5, "templateName": "zero-shot", "templateVersion": "v1", "seed": 7,
                 "sampling": {"temperature": 1, "top_p": 1, "min_p": 0, "maximum_tokens": 60, "stop": []},
                 "model": {"path": "/models/small.gguf", "name": "small.gguf", "sha256": "ab12", "weightType": "BF16",
                           "parameterCount": 1, "contextLength": 2048, "threads": 1, "llamaBuild": "b1", "cpu": "any"}}
                """.utf8))
    }

    /// Rates what `person` has before them, each statement by its text; stops at the first that `rating` has none for.
    static func rate(
        _ person: UUID, _ database: Database, by rating: (String) -> (agreement: Int, quality: Int)?
    ) async throws {
        while let statement = try await ParticipationReader(database: database).state(of: person).statement,
            let given = rating(statement.text)
        {
            try await Answers(database: database).noteShown(person, presentationID: statement.id)
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(given.agreement, for: "a"),
                quality: LikertValue(given.quality, for: "q"))
        }
    }

    /// What people think in ``study(groups:rounds:more:)``, by seat.
    static let sides = ["I am all for it; it would help everybody.", "I am against it; it costs too much and helps nobody."]

    /// A study whose people agree with the statement of their own side, and whose drafted statements are good in every other
    /// group and else bad.
    /// - Parameters:
    ///   - more: what else its file says.
    ///   - afterRound: done with the people of a group when they have rated.
    static func study(
        groups: Int, rounds: Int, more: String = "",
        afterRound: (_ people: [UUID], _ group: Int, _ round: Int, Database) async throws -> Void = { _, _, _, _ in }
    ) async throws -> Database {
        let database = try await StudyFixture.openStudy(
            TestStudy.yaml(
                rounds: rounds,
                conditions: """
                    - {name: drafted, source: model, prompt: zero-shot, candidates: 2}
                      - {name: own, source: human-opinion}
                      - {name: sides, source: position-statement, statements: 2}
                    """) + "\n" + more)
        for group in 0..<groups {
            var people: [UUID] = []
            for _ in 0..<3 { people.append(try await StudyFixture.arrive(database)) }
            for round in 1...rounds {
                for (seat, person) in people.enumerated() {
                    try await StudyFixture.answer(person, round: round, text: sides[seat % 2], in: database)
                }
                try await makeStatements(isGood: group % 2 == 0, database)
                for (seat, person) in people.enumerated() {
                    try await rate(person, database) { text in
                        if text.hasSuffix("good.") { return (6, 6) }
                        if text.hasSuffix("bad.") { return (6, 3) }
                        return text.hasSuffix(sides[seat % 2]) ? (6 + (group + seat) % 2, 5) : (1 + (group + seat) % 3, 5)
                    }
                }
                try await afterRound(people, group, round, database)
            }
        }
        return database
    }

    private static func makeStatements(isGood: Bool, _ database: Database) async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            switch job.condition.name {
            case "drafted":
                let text = isGood ? "We agree that it is good." : "We agree that it is bad."
                try await queue.finish(
                    job,
                    with: .draft(
                        try draft([text, "We agree on nothing."], predictions: [[6, 5, 4], [3, 2.5, 1]], welfares: [4.9, 2.1])))
            case "own": try await queue.finish(job, with: .opinions([job.opinions[0]]))
            default: try await queue.finish(job, with: .positionStatements(sides.map { "We agree. \($0)" }))
            }
        }
    }
}
