// concord user create-token | revoke-token

import ArgumentParser
import Studies

extension Tokens.Scope: ExpressibleByArgument {}

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Create and revoke the tokens of scripts.",
        subcommands: [CreateToken.self, RevokeToken.self])

    struct CreateToken: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create-token",
            abstract: "Create a token for a script.",
            discussion: """
                With scope simulation, `concord simulate` may send synthetic participants. With scope recruitment, a script \
                may say which submissions were returned on a platform (POST /api/studies/STUDY/submissions/returned).
                """)

        @Argument(help: "A name to revoke it by.") var name: String
        @Option(help: "What it is good for.") var scope: Tokens.Scope = .simulation
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                print(try await Tokens(database: database).create(scope, name: name).text)
            }
        }
    }

    struct RevokeToken: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke-token", abstract: "Revoke every token of a name.")

        @Argument(help: "The name given when it was created.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let count = try await Tokens(database: database).revoke(name: name)
                print("\(count) token\(count == 1 ? "" : "s") revoked.")
            }
        }
    }
}
