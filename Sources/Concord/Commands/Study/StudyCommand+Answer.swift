// Answer what a participant asks.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Answer: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "answer", abstract: "Answer a participant's message; the answer appears on their page.",
            discussion: """
                Before the debriefing an answer must not say anything of conditions, models, who is left out, or other \
                people. A second answer to the same message takes the place of the first.
                """)

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The message's id, as concord study messages lists it.") var message: String
        @Argument(help: "The answer.") var text: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await Studies.Messages(database: database).answer(message, with: text, study: name)
                try await database.record("message.answer", study: name, subject: message)
                print("Answered.")
            }
        }
    }
}
