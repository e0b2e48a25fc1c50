// concord questions move

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct Move: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "move", abstract: "Move a question to another place in its set.")

        @Argument(help: "The question's id.") var id: String
        @Option(help: "The question set's name.") var set: String
        @Option(help: "The place, from 1; beyond the last is the last.") var to: Int
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard to > 0 else { throw ValidationError("--to must be at least 1.") }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let version = try await QuestionSets(database: database).move(id, to: to, in: set)
                print("Moved \(id); \(set) is at version \(version).")
            }
        }
    }
}
