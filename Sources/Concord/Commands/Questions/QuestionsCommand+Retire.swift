// concord questions retire

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire",
            abstract: "Take questions out of a set; studies that run keep them.")

        @Argument(help: "The ids of the questions.") var ids: [String]
        @Option(help: "The question set's name.") var set: String
        @Flag(help: "Take the retired questions back instead.") var undo = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let sets = QuestionSets(database: database)
                var version = 0
                if undo {
                    for id in ids { version = try await sets.restore(id, to: set) }
                } else {
                    version = try await sets.retire(ids, from: set)
                }
                print("\(undo ? "Took back" : "Retired") \(ids.count) question\(ids.count == 1 ? "" : "s"); \(set) is at version \(version).")
            }
        }
    }
}
