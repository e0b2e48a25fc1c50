// concord user role

import ArgumentParser
import Studies

extension UserCommand {
    struct Role: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "role", abstract: "Change what a user may do.")

        @Argument(help: "The user's name.") var name: String
        @Argument(help: "admin or researcher.") var role: UserRole
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await Users(database: database).setRole(of: name, to: role, by: .commandLine)
                print("\(name) is \(role == .admin ? "an admin" : "a researcher").")
            }
        }
    }
}
