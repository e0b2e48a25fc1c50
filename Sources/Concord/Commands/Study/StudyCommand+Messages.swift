// Read what participants ask.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Messages: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "messages", abstract: "List the messages that participants have sent, and their answers.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let messages = try await Studies.Messages(database: database).list(study: name)
                if json { return try Output.json(messages) }
                Output.table(
                    ["ID", "SENT", "PERSON", "MESSAGE", "ANSWER"],
                    messages.map {
                        [
                            $0.id.uuidString.lowercased(), $0.sentAt.formatted(.iso8601), $0.person,
                            $0.text.replacing("\n", with: " "), $0.answer?.replacing("\n", with: " ") ?? "",
                        ]
                    })
            }
        }
    }
}
