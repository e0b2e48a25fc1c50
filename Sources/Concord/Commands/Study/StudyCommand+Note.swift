// concord study note | notes

import ArgumentParser
import Studies

extension StudyCommand {
    struct Note: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "note", abstract: "Keep a note on a study. Notes are not changed or deleted.")

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "The note.") var text: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                try await StudyNotes(database: database).add(text, to: study.id, by: .commandLine)
                print("Kept.")
            }
        }
    }

    struct Notes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "notes", abstract: "List the notes on a study, newest first.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let notes = try await StudyNotes(database: database).list(of: study.id)
                if json { return try Output.json(notes) }
                for note in notes {
                    print("\(note.createdAt.formatted(.iso8601)), \(note.user ?? "command line"): \(note.text)")
                }
            }
        }
    }
}
