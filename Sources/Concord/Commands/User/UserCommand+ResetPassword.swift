// concord user reset-password

import ArgumentParser
import Studies

extension UserCommand {
    struct ResetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-password",
            abstract: "Give a user a new one-time password, end their sessions and revoke their tokens.")

        @Argument(help: "The user's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                print(try await Users(database: database).resetPassword(of: name, by: .commandLine))
            }
        }
    }
}
