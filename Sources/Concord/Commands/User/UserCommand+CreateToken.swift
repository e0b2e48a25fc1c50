// concord user create-token

import ArgumentParser
import Studies

extension UserCommand {
    struct CreateToken: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create-token",
            abstract: "Create a token for a script.",
            discussion: """
                With scope simulation, `concord simulate` may send synthetic participants. With scope recruitment, a script \
                may say which submissions were returned on a platform (POST /api/studies/STUDY/submissions/returned). With \
                --user, a script may do over /api/admin what that user may do.
                """)

        @Argument(help: "A name to revoke it by.") var name: String
        @Option(help: "What it is good for: simulation or recruitment; api with --user.") var scope: Tokens.Scope?
        @Option(help: "The user for whom it acts.") var user: String?
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            if scope == .api, user == nil { throw ValidationError("a token of scope api acts for a user; give --user NAME") }
            if user != nil, let scope, scope != .api { throw ValidationError("a token with --user is of scope api") }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let tokens = Tokens(database: database)
                guard let user else {
                    return print(try await tokens.create(scope ?? .simulation, name: name, by: .commandLine).text)
                }
                let owner = try await Users(database: database).user(named: user)
                print(try await tokens.create(for: owner, name: name, by: .commandLine).text)
            }
        }
    }
}
