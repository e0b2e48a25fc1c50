// What opening, pausing and closing a study have in common.

import ArgumentParser
import Studies

extension StudyCommand {
    struct MoveOptions: ParsableArguments {
        @Argument(help: "The study's name.") var name: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run(to state: StudyState) async throws {
            try await databaseOptions.withDatabase { database, _ in
                try await StudyCatalog(database: database).move(name, to: state, by: .commandLine)
                print("Study \(name) is \(state.rawValue).")
                guard state == .open else { return }
                for warning in try await StudyCatalog(database: database).study(named: name).settings.warnings {
                    print("Warning: \(warning).")
                }
            }
        }
    }
}
