// List studies.

import ArgumentParser
import Studies

extension StudyCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the studies.")

        @Flag(help: "List archived studies too.") var archived = false
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let studies = try await StudyCatalog(database: database).list().filter { archived || $0.archivedAt == nil }
                if json { return try Output.json(studies) }
                Output.table(
                    ["STUDY", "STATE", "VERSION", "PEOPLE", "DONE", "GROUPS", "RATINGS"],
                    studies.map {
                        [$0.name, $0.state] + [$0.version, $0.participants, $0.done, $0.groups, $0.ratings].map(String.init)
                    })
            }
        }
    }
}
