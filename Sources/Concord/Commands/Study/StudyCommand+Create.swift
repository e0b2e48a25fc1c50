// Make a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Create a draft study from a study file (YAML).")

        @Argument(help: "The study file; Examples/demo-study.yml explains each setting.") var file: String
        @Flag(help: "Open it at once.") var open = false
        @Flag(help: "Do nothing when there is a study of that name already.") var ifMissing = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let study = try StudyFile(path: file)
            let name = study.settings.name
            try await databaseOptions.withDatabase { database, _ in
                let catalog = StudyCatalog(database: database)
                do {
                    try await catalog.create(study, by: .commandLine)
                } catch StudyError.studyExists where ifMissing {
                    return print("Study \(name) is there already.")
                }
                if open { try await catalog.move(name, to: .open, by: .commandLine) }
                print("Created study \(name)\(open ? " and opened it" : "; open it with: concord study open \(name)").")
                for warning in study.settings.warnings { print("Warning: \(warning).") }
            }
        }
    }
}
