// concord questions versions

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct Versions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "versions", abstract: "List the versions of a question set, the newest first.")

        @Option(help: "The question set's name.") var set: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let versions = try await QuestionSets(database: database).history(of: set)
                if json { return try Output.json(versions) }
                Output.table(
                    ["VERSION", "QUESTIONS", "MADE", "BY", "STUDIES", "WHAT"],
                    versions.map {
                        [
                            "\($0.version)", "\($0.questions)", $0.createdAt.formatted(.iso8601), $0.madeBy ?? "–",
                            $0.studies.isEmpty ? "–" : $0.studies.joined(separator: ", "), $0.note,
                        ]
                    })
            }
        }
    }
}
