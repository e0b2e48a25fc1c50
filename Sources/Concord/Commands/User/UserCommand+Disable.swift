// concord user disable | enable

import ArgumentParser
import Studies

extension UserCommand {
    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "disable", abstract: "Keep a user out: their sessions end, their tokens are silent.")

        @Argument(help: "The user's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws { try await UserCommand.setDisabled(true, of: name, databaseOptions) }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "enable", abstract: "Let a disabled user in again.")

        @Argument(help: "The user's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws { try await UserCommand.setDisabled(false, of: name, databaseOptions) }
    }

    private static func setDisabled(_ isDisabled: Bool, of name: String, _ options: DatabaseOptions) async throws {
        try await options.withDatabase { database, _ in
            try await Users(database: database).setDisabled(isDisabled, of: name, by: .commandLine)
            print("\(name) is \(isDisabled ? "disabled" : "let in again").")
        }
    }
}
