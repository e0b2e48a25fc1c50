// concord user …

import ArgumentParser
import Studies

extension Tokens.Scope: ExpressibleByArgument {}
extension UserRole: ExpressibleByArgument {}

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Look after the users of the admin pages, and the tokens of scripts.",
        subcommands: [
            Create.self, List.self, Disable.self, Enable.self, Role.self, ResetPassword.self, CreateToken.self,
            RevokeToken.self,
        ])
}
