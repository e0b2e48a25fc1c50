// concord study share | unshare

import ArgumentParser
import Studies

extension StudyCommand {
    struct Share: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "share", abstract: "Share a study with a user.",
            discussion: "As long as no admin who can sign in has a study, every admin has it.")

        @Argument(help: "The study's name.") var study: String
        @Option(name: .customLong("with"), help: "The user's name.") var user: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let found = try await StudyCatalog(database: database).study(named: study)
                try await StudyAccess(database: database).share(found.id, with: user, by: .commandLine)
                print("\(user) has study \(study).")
            }
        }
    }

    struct Unshare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "unshare", abstract: "Take a study away from a user.")

        @Argument(help: "The study's name.") var study: String
        @Option(name: .customLong("from"), help: "The user's name.") var user: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let found = try await StudyCatalog(database: database).study(named: study)
                try await StudyAccess(database: database).unshare(found, from: user, by: .commandLine)
                print("\(user) does not have study \(study) any more.")
            }
        }
    }
}
