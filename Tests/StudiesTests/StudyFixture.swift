// A study under way, for tests.

import Foundation
import Postgres
import Studies
import TestSupport

enum StudyFixture {
    /// A fresh database with the example questions and a study of people's own words only, which needs no model.
    static func openStudy(rounds: Int = 1) async throws -> Database {
        let database = try await TestDatabase.fresh()
        _ = try await QuestionSets(database: database).store(QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let catalog = StudyCatalog(database: database)
        try await catalog.create(StudyFile(yaml: TestStudy.yaml(rounds: rounds)))
        try await catalog.move("words", to: .open)
        return database
    }

    /// A new participant, past the instructions.
    static func arrive(_ database: Database, synthetic: Bool = false) async throws -> UUID {
        let secret = try await Enrolment(database: database).join("words", synthetic: synthetic).secret
        let participant = try await Sessions(database: database).participant(with: secret)
        try await Enrolment(database: database).acceptInstructions(participant.id)
        return participant.id
    }

    /// Stance and opinion of `person` in `round`.
    static func answer(_ person: UUID, round: Int = 1, text: String, in database: Database) async throws {
        let answers = Answers(database: database)
        try await answers.giveStance(
            person, round: round, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "b"))
        try await answers.giveOpinion(person, round: round, text: text)
    }

    /// Makes every statement that waits, each a random member's opinion.
    static func makeStatements(_ database: Database) async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            try await queue.finish(job, with: .opinion(job.opinions[0]))
        }
    }
}
