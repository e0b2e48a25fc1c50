// End the parts of people who returned their submission.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Returned: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "returned",
            abstract: "End the parts of people whose submissions were returned, or timed out, on their platform.",
            discussion: """
                FILE has one platform id per line, or is a CSV file with a column named by --column, as platforms export \
                them; with --status only the lines with one of those statuses count. Their places are free at once.
                """)

        @Argument(help: "The study's name.") var name: String
        @Argument(help: "A file of platform ids.") var file: String
        @Option(help: "The column of the ids in a CSV file.") var column = "Participant id"
        @Option(help: ArgumentHelp("The column of the status in a CSV file.", valueName: "name")) var statusColumn = "Status"
        @Option(help: "A status that counts; may be given several times. [default: RETURNED, TIMED-OUT]")
        var status: [String] = []
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let ids = try SubmissionFile(
                path: file, column: column, statusColumn: statusColumn,
                statuses: status.isEmpty ? ["RETURNED", "TIMED-OUT"] : status
            ).platformIDs
            try await databaseOptions.withDatabase { database, _ in
                let ended = try await Studies.Submissions(database: database).returned(ids, study: name, by: .commandLine).ended
                print("\(ended.count) of \(ids.count) people were still in the study; their parts have ended.")
                for id in ended { print(id) }
            }
        }
    }
}
