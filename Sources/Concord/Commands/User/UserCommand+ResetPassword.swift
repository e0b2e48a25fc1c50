// concord user reset-password

import ArgumentParser
import Studies

extension UserCommand {
    struct ResetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-password", abstract: "Give a user a new one-time password, and end their sessions.")

        @Argument(help: "The user's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let password = try await Users(database: database).resetPassword(of: name)
                try await AuditLog(database: database).record("user.reset-password", by: .commandLine, subject: name)
                print(password)
            }
        }
    }
}
