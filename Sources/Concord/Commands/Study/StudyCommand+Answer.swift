// Answer what a participant asks.

import ArgumentParser
import Foundation
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
            guard let id = UUID(uuidString: message) else { throw StudyError.unknownMessage(message, study: name) }
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let outcome = try await Interventions(database: database).carryOut(
                    .answer(id, text: text, replacing: true), in: study, by: .commandLine)
                print(outcome.says)
            }
        }
    }
}
