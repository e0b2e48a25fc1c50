// Copy a study's settings.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Duplicate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "duplicate", abstract: "Make a draft with the settings of a study, under another name.")

        @Argument(help: "The study's name.") var name: String
        @Option(name: .customLong("as"), help: "The new study's name.") var other: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await StudyCatalog(database: database).duplicate(name, as: other, by: .commandLine)
                print("Created study \(other); open it with: concord study open \(other)")
            }
        }
    }
}
