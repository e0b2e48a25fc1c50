// Remind a person.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Nudge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "nudge", abstract: "Tell a person on their page that their group waits for them.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The person's id on their platform, or in the dump.") var person: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let interventions = Interventions(database: database)
                let id = try await interventions.person(person, in: study)
                print(try await interventions.carryOut(.nudge(id), in: study, by: .commandLine).says)
            }
        }
    }
}
