// concord study archive | unarchive

import ArgumentParser
import Studies

extension StudyCommand {
    struct Archive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "archive", abstract: "Take a draft or a closed study out of the list; nothing of it is deleted.")

        @Argument(help: "The study's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await StudyCatalog(database: database).setArchived(true, name, by: .commandLine)
                print("Study \(name) is archived.")
            }
        }
    }

    struct Unarchive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "unarchive", abstract: "Bring a study back into the list.")

        @Argument(help: "The study's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await StudyCatalog(database: database).setArchived(false, name, by: .commandLine)
                print("Study \(name) is in the list again.")
            }
        }
    }
}
