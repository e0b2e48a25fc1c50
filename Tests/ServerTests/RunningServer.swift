// A real server on a free port, over a fresh database, for the time of one test.

import Foundation
import Hummingbird
import Logging
import Postgres
import Server
import ServiceLifecycle
import Studies
import TestSupport

struct RunningServer {
    let url: String
    let database: Database
    let token: String

    /// Runs a server with the open study `words` (people's own words only; its statements are made by the worker when
    /// `withWorker`; `more` is added to its file, and `replacing.old` replaced in it) while `body` runs.
    static func with(
        conditions: String = "- {name: human-opinion, source: human-opinion}", withWorker: Bool = false,
        more: String = "", replacing: (old: String, new: String) = ("", ""), tls: TLSFiles? = nil,
        trustedProxies: [String] = [], jobs: (Database) -> [any JobHandler] = { _ in [] },
        _ body: @escaping @Sendable (RunningServer) async throws -> Void
    ) async throws {
        let database = try await TestDatabase.fresh()
        let questions = try QuestionFile(path: TestStudy.questionsFile)
        _ = try await QuestionSets(database: database).store(questions.questions, as: "examples")
        let yaml = TestStudy.yaml(conditions: conditions) + "\n" + more
        try await StudyCatalog(database: database).create(
            StudyFile(yaml: replacing.old.isEmpty ? yaml : yaml.replacing(replacing.old, with: replacing.new)))
        try await StudyCatalog(database: database).move("words", to: .open)
        let token = try await Tokens(database: database).create(.simulation, name: "test").text

        var logger = Logger(label: "test")
        logger.logLevel = .error
        let worker: GenerationWorker? =
            withWorker
            ? GenerationWorker(database: database, model: try await TestModel.shared(), logger: logger) : nil
        let server = ConcordServer(
            configuration: .init(
                host: "127.0.0.1", port: 0, pages: TestStudy.root.appending(path: "Public"), tls: tls,
                trustedProxies: trustedProxies),
            database: database, migrations: try Migrations(folder: TestStudy.root.appending(path: "Migrations")),
            worker: worker, jobs: jobs(database), logger: logger)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let application = try server.application { port.yield($0) }
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: application, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await group.run()
                port.finish()
            }
            tasks.addTask {
                for await number in ports {
                    defer { Task { await group.triggerGracefulShutdown() } }
                    try await body(
                        RunningServer(url: "\(tls == nil ? "http" : "https")://127.0.0.1:\(number)", database: database, token: token))
                    return
                }
            }
            try await tasks.waitForAll()
        }
        await database.close()
    }

    /// Three people of the study `words`, past the instructions, and so in a group.
    func group() async throws -> [UUID] {
        let enrolment = Enrolment(database: database)
        var people: [UUID] = []
        for _ in 0..<3 {
            let secret = try await enrolment.join("words", synthetic: false).secret
            people.append(try await Sessions(database: database).participant(with: secret).id)
            try await enrolment.acceptInstructions(people[people.count - 1])
        }
        return people
    }
}
