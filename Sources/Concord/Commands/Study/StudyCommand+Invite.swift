// Make invitations.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite", abstract: "Make links that let in one person each, and print them.",
            discussion: "The links are shown once and not kept; only their hashes are. The study needs recruitment.source: invitation.")

        @Argument(help: "The study's name.") var name: String
        @Option(help: "How many.") var count = 1
        @Option(help: "The server's address, as participants reach it.") var url = "http://127.0.0.1:8080"
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard (1...Invitations.most).contains(count) else { throw ValidationError("--count is 1 to \(Invitations.most)") }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let server = url.hasSuffix("/") ? String(url.dropLast()) : url
                let secrets = try await Invitations(database: database).create(count, study: name, by: .commandLine)
                for secret in secrets {
                    print("\(server)/join/\(name)?invitation=\(secret.text)")
                }
            }
        }
    }
}
