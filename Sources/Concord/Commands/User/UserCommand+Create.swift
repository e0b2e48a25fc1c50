// concord user create

import ArgumentParser
import Studies

extension UserCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Create a user, and print a one-time password.",
            discussion: "At the first sign-in, the user chooses a password of their own.")

        @Argument(help: "The name to sign in with: lower-case letters, digits, dots, hyphens.") var name: String
        @Option(help: "admin runs studies; researcher reads and exports what is shared with them.")
        var role: UserRole = .admin
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                print(try await Users(database: database).create(name, role: role, by: .commandLine))
            }
        }
    }
}
