// List people of a platform.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Submissions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "submissions",
            abstract: "List the people who came from a platform: how far they are, and the code they have.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let people = try await Studies.Submissions(database: database).list(study: name)
                if json { return try Output.json(people) }
                Output.table(
                    ["PLATFORM ID", "STAGE", "ENDED BECAUSE", "CODE"],
                    people.map { [$0.platformID, $0.stage, $0.endReason ?? "", $0.code ?? ""] })
            }
        }
    }
}
