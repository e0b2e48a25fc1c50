// A study that uses everything a dump has a table for.

import Exports
import Foundation
import Postgres
import Studies
import TestSupport

/// The study `words` with surveys, comprehension questions, ratings of opinions, attention checks, attributes and pay.
struct DumpStudy {
    let database: Database

    static let yaml = TestStudy.yaml(rounds: 2)
        .replacing(
            "drafting_minutes: 10, ratings_minutes: 10}",
            with: "drafting_minutes: 10, ratings_minutes: 10, extensions: 2, extension_minutes: 1}")
        + """

            opinion_ratings: true
            review: {before_display: never}
            recruitment: {source: platform, attributes: [party]}
            payment: {currency: EUR, base: 3}
            publication: {licence: CC-BY-4.0, citation: "Somebody (2026). Words."}
            attention_checks: [{round: 1, text: "To show that you read this, choose 1.", agreement: 1}]
            surveys:
              entry:
                - {key: age, kind: number, text: "How old are you?", minimum: 0, maximum: 120}
                - {key: words, kind: text, text: "Anything else?", optional: true, maximum_characters: 200}
              round: [{key: fair, kind: scale, text: "How fair was it?", low: Not at all, high: Very, points: 5}]
              exit: [{key: again, kind: choice, text: "Again?", options: ["Yes", "No"]}]
            comprehension:
              tries: 2
              questions: [{key: names, text: "Do others see your name?", options: ["Yes", "No"], answer: "No"}]
            inclusion: {members: 2, rounds: 1, answers: 2}
            """

    static func open() async throws -> DumpStudy { try await open(TestDatabase.fresh()) }

    static func open(_ database: Database) async throws -> DumpStudy {
        try await database.execute("UPDATE deadline_watch SET watched_at = now()")
        let questions = try QuestionFile(path: TestStudy.questionsFile).questions
        _ = try await QuestionSets(database: database).store(questions, as: "examples")
        try await StudyCatalog(database: database).create(StudyFile(yaml: yaml))
        try await StudyCatalog(database: database).move("words", to: .open)
        return DumpStudy(database: database)
    }

    var study: Study {
        get async throws { try await StudyCatalog(database: database).study(named: "words") }
    }

    /// A new person, with an id of a platform.
    func arrive(_ platformID: String) async throws -> UUID {
        _ = try await Submissions(database: database).attach([platformID: ["party": platformID.hasSuffix("1") ? "A" : "B"]], study: "words")
        let ids = PlatformIDs(participant: platformID)
        let secret = try await Enrolment(database: database).join("words", synthetic: false, from: ids).secret
        return try await Sessions(database: database).participant(with: secret).id
    }

    /// Does what the page before `person` asks for; false where there is nothing to do but wait.
    func act(_ person: UUID, opinion: String? = nil) async throws -> Bool {
        let state = try await ParticipationReader(database: database).state(of: person)
        let answers = Answers(database: database), responses = SurveyResponses(database: database)
        let round = state.round?.number ?? 1
        switch state.step {
        case .survey:
            switch state.survey?.kind {
            case .entry:
                try await responses.give(
                    person, .entry, round: nil, answers: ["age": .number(40), "words": .text("=1+1, write to me@example.org")])
            case .round: try await responses.give(person, .round, round: round, answers: ["fair": .number(4)])
            default: try await responses.give(person, .exit, round: nil, answers: ["again": .text("Yes")])
            }
        case .instructions: try await Enrolment(database: database).acceptInstructions(person)
        case .comprehension:
            try await responses.tryComprehension(
                person, number: state.comprehension?.number ?? 1,
                answers: ["names": state.comprehension?.number == 1 ? "Yes" : "No"])
        case .stance:
            try? await Extensions(database: database).take(1, for: person)
            try await answers.giveStance(
                person, round: round, affirming: LikertValue(6, for: "a"), negating: LikertValue(2, for: "b"))
        case .opinion:
            let stretch = VisibleStretch(id: UUID(), step: .opinion, round: round, statement: nil, milliseconds: 2_500)
            try await VisibleTime(database: database).note([stretch], of: person)
            try await answers.giveOpinion(
                person, round: round, text: opinion ?? "In round \(round), \"\(person)\" thinks,\nwith a line end, that it depends")
        case .rating:
            guard let statement = state.statement else { return false }
            try await answers.noteShown(person, presentationID: statement.id)
            let stretch = VisibleStretch(id: UUID(), step: .rating, round: round, statement: statement.id, milliseconds: 1_500)
            try await VisibleTime(database: database).note([stretch], of: person)
            try await answers.rate(
                person, presentationID: statement.id, agreement: LikertValue(5, for: "a"), quality: LikertValue(4, for: "q"))
        case .debriefing: try await Enrolment(database: database).acceptDebriefing(person)
        default: return false
        }
        return true
    }

    /// Lets everybody go on for as long as there is anything to do.
    func goOn(_ people: [UUID]) async throws {
        var isMoving = true
        while isMoving {
            isMoving = false
            for person in people { while try await act(person) { isMoving = true } }
            try await makeStatements()
        }
    }

    /// Makes every statement that waits, each a member's opinion that a model chose, with candidates as a model draws them.
    private func makeStatements() async throws {
        let queue = GenerationQueue(database: database)
        while let job = try await queue.claim(worker: UUID()) {
            let ids = job.opinions.map { $0.participantID.uuidString.lowercased() }
            let choice = OpinionChoiceJSON(
                preferenceModel: UUID(), agreements: [ids[0]: Dictionary(uniqueKeysWithValues: ids.dropFirst().map { ($0, 4.5) })])
            try await queue.finish(job, with: .opinions([job.opinions[0]]))
            try await database.execute(
                """
                UPDATE generations SET choice = \(JSONB(choice)), prompt_text = \(job.opinions.map(\.text).joined(separator: "\n"))
                WHERE id = \(job.id)
                """)
            for number in 1...2 {
                try await database.execute(
                    """
                    INSERT INTO candidates (generation_id, draw, number, seed, text, token_count, log_probability, finish, chosen,
                                            predictions, welfare, rank)
                    VALUES (\(job.id), 1, \(Int16(number)), -5, \(number == 1 ? "We agree: \(job.opinions[0].text)" : "We agree."), 12,
                            -30.25, 'end', \(number == 1), \(JSONB(Dictionary(uniqueKeysWithValues: ids.map { ($0, 3.75) }))), 3.75,
                            \(Int16(number)))
                    """)
            }
        }
    }

    private struct OpinionChoiceJSON: Codable, Sendable {
        let preferenceModel: UUID?
        let agreements: [String: [String: Double]]
    }

    /// Writes a dump, reads it back, and checks it against its descriptor.
    func dump(_ options: DumpOptions = DumpOptions(), to folder: URL) async throws -> DumpFiles {
        try await Dump(of: study, in: database).write(to: folder, options)
        return try DumpFiles(folder)
    }
}
