// List the versions of a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Versions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "versions", abstract: "List the versions of a study's settings, and what changed in each.",
            discussion: "With --file NUMBER, print the study file of that version instead.")

        @Argument(help: "The study's name.") var name: String
        @Option(help: "Print the study file of this version.") var file: Int?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let catalog = StudyCatalog(database: database)
                if let file { return print(try await catalog.file(of: name, version: file).text, terminator: "") }
                let versions = try await catalog.versions(of: name)
                if json { return try Output.json(versions) }
                for version in versions {
                    print(
                        "Version \(version.version), \(version.createdAt.formatted(.iso8601)), by "
                            + "\(version.user ?? "command line")\(version.isRunning ? ", which people get now" : "")")
                    for change in version.changes {
                        print("  \(change.title): \(change.before ?? "nothing") → \(change.after ?? "nothing")")
                    }
                }
            }
        }
    }
}
