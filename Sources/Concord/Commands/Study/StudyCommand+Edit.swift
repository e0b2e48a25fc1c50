// Make a new version of a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Make a new version of a study from its changed study file.",
            discussion: """
                A draft has the new version at once. An open study goes on with the version it was opened with until it \
                is paused and opened again; people who are in it keep theirs to the end.
                """)

        @Argument(help: "The study file.") var file: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let study = try StudyFile(path: file)
            let name = study.settings.name
            try await databaseOptions.withDatabase { database, _ in
                let edit = try await StudyCatalog(database: database).edit(
                    name, with: study, by: .commandLine)
                print(
                    "Study \(name) has version \(edit.version)"
                        + (edit.isRunning ? "." : "; it takes effect when the study is paused and opened again."))
            }
        }
    }
}
