// concord questions import

import ArgumentParser
import Foundation
import Postgres
import Studies

extension QuestionsCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Import a file as the newest version of a question set.",
            discussion: """
                CSV or TSV with the columns id, question, affirming_statement, negating_statement and, where they are known \
                already, topic and split; or JSON, an array of objects with the same names. Questions of the set that the \
                file lacks are retired, unless --keep says otherwise; those whose row has a problem stay as they are. \
                --preview only tells what would change.
                """)

        @Argument(help: "The file.") var file: String
        @Option(help: "The question set's name.") var set: String
        @Flag(help: "Only tell what would change, and what is wrong with the file.") var preview = false
        @Flag(help: "Keep questions of the set that the file lacks.") var keep = false
        @Flag(help: "Leave out rows with problems, instead of refusing the file.") var leaveOutProblems = false
        @Flag(help: "Print the preview as JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let text = try QuestionFile.text(of: file)
            let format = QuestionFormat(fileName: file, text: text)
            let read = try QuestionFile(text, format)
            if !preview, !leaveOutProblems, !read.problems.isEmpty {
                throw QuestionFileError.problems(read.problems.map(\.description))
            }
            try await databaseOptions.withDatabase { database, _ in
                let imports = QuestionImports(database: database)
                if preview {
                    let preview = try await imports.preview(text, format, for: set, keeps: keep)
                    return try json ? Output.json(preview) : Self.show(preview)
                }
                let stored = try await imports.store(
                    QuestionImport(read, keeps: keep), as: set, from: URL(filePath: file).lastPathComponent,
                    leavingOut: leaveOutProblems)
                print(
                    stored.isNew
                        ? "Imported \(read.questions.count) questions as version \(stored.version) of \(set)."
                        : "Question set \(set) holds these \(read.questions.count) questions already "
                            + "(version \(stored.version)).")
            }
        }

        private static func show(_ preview: QuestionImportPreview) {
            for problem in preview.problems { print("Problem: \(problem)") }
            if !preview.unusedColumns.isEmpty { print("Not read: \(preview.unusedColumns.joined(separator: ", "))") }
            for pair in preview.nearDuplicates {
                print("Nearly the same: \(pair.key) “\(pair.question)” and \(pair.otherKey) “\(pair.otherQuestion)”")
            }
            Diff.show(preview.difference)
            if preview.keptForProblems > 0 { print("Kept as they are, for problems of their rows: \(preview.keptForProblems)") }
            let difference = preview.difference
            print(
                "\(preview.base == 0 ? "New set \(preview.set)" : "Set \(preview.set), version \(preview.base)"): "
                    + "\(difference.added.count) added, \(difference.changed.count) changed, "
                    + "\(difference.retired.count) retired, \(difference.moved.count) moved, "
                    + "\(difference.unchanged) unchanged, \(preview.rowsWithProblems) rows with problems. "
                    + "Nothing was imported.")
        }
    }
}
