// concord user revoke-token

import ArgumentParser
import Studies

extension UserCommand {
    struct RevokeToken: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke-token", abstract: "Revoke every token of a name.")

        @Argument(help: "The name given when it was created.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let count = try await Tokens(database: database).revoke(name: name, by: .commandLine)
                print("\(count) token\(count == 1 ? "" : "s") revoked.")
            }
        }
    }
}
