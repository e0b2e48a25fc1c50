// concord questions export

import ArgumentParser
import Foundation
import Studies

extension QuestionsCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write a question set to a file, which import reads again.")

        @Argument(help: "The file, ending in .csv, .tsv or .json; without it, standard output.") var file: String?
        @Option(help: "The question set's name.") var set: String
        @Option(help: "The version. [default: the newest]") var version: Int?
        @Option(help: "csv, tsv or json. [default: by the file's ending]") var format: QuestionFormat?
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let questions = try await QuestionSets(database: database).questions(of: set, version: version)
                let text = try QuestionExport.text(questions, as: format ?? QuestionFormat(fileName: file ?? "", text: ""))
                guard let file else { return print(text, terminator: "") }
                do {
                    try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
                } catch {
                    throw CommandError.unwritable(file)
                }
                print("Wrote \(questions.count) questions to \(file).")
            }
        }
    }
}

extension QuestionFormat: ExpressibleByArgument {}
