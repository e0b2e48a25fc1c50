// A study under way, for tests.

import Exports
import Foundation
import Logging
import Postgres
import Studies
import TestSupport

enum StudyFixture {
    /// A fresh database with the example questions and a study of people's own words only, which needs no model.
    static func openStudy(rounds: Int = 1) async throws -> Database {
        try await openStudy(TestStudy.yaml(rounds: rounds))
    }

    /// A fresh database with the example questions and the study `words` of the file `yaml`, open unless told otherwise.
    static func openStudy(_ yaml: String, opening: Bool = true) async throws -> Database {
        let database = try await TestDatabase.fresh()
        try await openStudy(yaml, opening: opening, in: database)
        return database
    }

    /// The same in a fresh database that is there.
    static func openStudy(_ yaml: String, opening: Bool = true, in database: Database) async throws {
        try await database.execute("UPDATE deadline_watch SET watched_at = now()")
        _ = try await QuestionSets(database: database).store(QuestionFile(path: TestStudy.questionsFile).questions, as: "examples")
        let catalog = StudyCatalog(database: database)
        try await catalog.create(StudyFile(yaml: yaml))
        if opening { try await catalog.move("words", to: .open) }
    }

    /// An admin of this name, on the pages.
    static func actor(_ name: String, in database: Database) async throws -> AuditLog.Actor {
        let users = Users(database: database)
        _ = try await users.create(name, role: .admin)
        return AuditLog.Actor(user: try await users.user(named: name), way: .page)
    }

    /// A new participant, past the instructions.
    static func arrive(_ database: Database, at study: String = "words", synthetic: Bool = false) async throws -> UUID {
        let secret = try await Enrolment(database: database).join(study, synthetic: synthetic).secret
        let participant = try await Sessions(database: database).participant(with: secret)
        try await Enrolment(database: database).acceptInstructions(participant.id)
        return participant.id
    }

    /// The tables of the dump of study `words`, by name.
    static func dump(_ database: Database) async throws -> [String: [[String: String]]] {
        let folder = try TestFolder.make()
        defer { TestFolder.remove(folder) }
        let study = try await StudyCatalog(database: database).study(named: "words")
        let names = try await Dump(of: study, in: database).write(to: folder).rows.keys
        return try Dictionary(uniqueKeysWithValues: names.map { name in
            (name, try Table(file: folder.appending(path: "\(name).csv").path(percentEncoded: false)).rows)
        })
    }

    /// Writes the dump of a study.
    static func writeDump(_ database: Database, of study: String = "words", to folder: URL) async throws {
        let study = try await StudyCatalog(database: database).study(named: study)
        try await Dump(of: study, in: database).write(to: folder)
    }

    /// Stance and opinion of `person` in `round`.
    static func answer(_ person: UUID, round: Int = 1, text: String, in database: Database) async throws {
        let answers = Answers(database: database)
        try await answers.giveStance(
            person, round: round, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "b"))
        try await answers.giveOpinion(person, round: round, text: text)
    }

    /// Rates every statement that `person` has before them.
    static func rateAll(_ person: UUID, _ database: Database) async throws {
        while let statement = try await ParticipationReader(database: database).state(of: person).statement {
            try await Answers(database: database).noteShown(person, presentationID: statement.id)
            try await Answers(database: database).rate(
                person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        }
    }

    /// Lets every deadline pass, and acts on it.
    static func passDeadlines(_ database: Database) async throws {
        try await database.execute(
            "UPDATE rounds SET phase_deadline_at = now() - interval '1 second' WHERE phase_deadline_at IS NOT NULL")
        try await database.execute(
            "UPDATE participants SET stage_deadline_at = now() - interval '1 second' WHERE stage_deadline_at IS NOT NULL")
        try await sweep(database)
    }

    /// Acts on the deadlines that have passed.
    static func sweep(_ database: Database) async throws {
        try await DeadlineWatch(database: database, logger: Logger(label: "test")).sweep()
    }

    /// Makes every statement that waits, each a random member's opinion.
    static func makeStatements(_ database: Database) async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            try await queue.finish(job, with: .opinions([job.opinions[0]]))
        }
    }
}
