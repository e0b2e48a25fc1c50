// Attach attributes to platform ids.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Attributes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "attributes",
            abstract: "Attach what is known of people to their ids on a platform, before they come.",
            discussion: """
                FILE is a CSV file with a column of platform ids, named by --column, and one for each name in the study's \
                recruitment.attributes; other columns are left out. An id that is there already gets the new values.
                """)

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "A CSV file.") var file: String
        @Option(help: "The column of the ids.") var column = "Participant id"
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                guard let attributes = study.settings.recruitment?.attributes else { throw StudyError.noAttributes(name) }
                let people = try AttributeFile(path: file, column: column, attributes: attributes).people
                let all = try await Studies.Submissions(database: database).attach(people, study: name, by: .commandLine)
                print("\(people.count) people read; \(all) ids of study \(name) have attributes now.")
            }
        }
    }
}
