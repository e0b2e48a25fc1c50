// concord questions add

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a question at the end of a set.")

        @Argument(help: "The question's id, which no other of the set has.") var id: String
        @Option(help: "The question set's name.") var set: String
        @Option(help: "The question.") var question: String
        @Option(help: "The position statement of one side.") var affirming: String
        @Option(help: "The position statement of the other side.") var negating: String
        @Option(help: "Its topic. [default: none yet]") var topic: String?
        @Option(help: "train, validation, iid_test or ood_test. [default: none yet]") var split: Split?
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let version = try await QuestionSets(database: database).add(
                    Question(
                        key: id, text: question, affirmingStatement: affirming, negatingStatement: negating, topic: topic,
                        split: split),
                    to: set)
                print("Added \(id); \(set) is at version \(version).")
            }
        }
    }
}

extension Split: ExpressibleByArgument {}
