// Take a person out of a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "End a person's part in a study.",
            discussion: """
                They get a page that says so. Their group goes on if enough members remain; their answers are kept, and they \
                may have them deleted.
                """)

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The person's id on their platform, or in the dump.") var person: String
        @Option(help: "Why; it is kept in the log.") var reason = ""
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let interventions = Interventions(database: database)
                let id = try await interventions.person(person, in: study)
                let outcome = try await interventions.carryOut(
                    .remove(id, reason: reason), in: study, by: .commandLine)
                print(outcome.done ? "The part of \(person) has ended." : "The part of \(person) was over already.")
            }
        }
    }
}
