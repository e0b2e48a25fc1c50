// concord user list

import ArgumentParser
import Foundation
import Studies

extension UserCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the users.")

        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let users = try await Users(database: database).list()
                if json { return try Output.json(users) }
                Output.table(
                    ["NAME", "ROLE", "SIGNED IN", ""],
                    users.map { user in
                        [
                            user.name, user.role.rawValue, user.signedInAt?.ISO8601Format() ?? "never",
                            user.disabledAt == nil ? "" : "disabled",
                        ]
                    })
            }
        }
    }
}
