// concord questions import | list

import ArgumentParser
import Foundation
import Studies

struct QuestionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "Import and list question sets.",
        subcommands: [Import.self, List.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Import a CSV file as the newest version of a question set.",
            discussion: "Columns: id, question, affirming_statement, negating_statement, topic, split.")

        @Argument(help: "The CSV file.") var file: String
        @Option(help: "The question set's name.") var set: String
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let questions = try QuestionFile(path: file).questions
            try await databaseOptions.withDatabase { database, _ in
                let stored = try await QuestionSets(database: database).store(questions, as: set)
                print(
                    stored.isNew
                        ? "Imported \(questions.count) questions as version \(stored.version) of \(set)."
                        : "Question set \(set) holds these \(questions.count) questions already (version \(stored.version)).")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the question sets, or the questions of one.")

        @Option(help: "List the questions of this set.") var set: String?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let sets = QuestionSets(database: database)
                if let set {
                    let questions = try await sets.questions(of: set)
                    if json { return try Output.json(questions) }
                    Output.table(
                        ["ID", "TOPIC", "SPLIT", "QUESTION"],
                        questions.map { [$0.key, $0.topic, $0.split.rawValue, $0.text] })
                } else {
                    let list = try await sets.list()
                    if json { return try Output.json(list) }
                    Output.table(
                        ["SET", "VERSION", "QUESTIONS"],
                        list.map { [$0.name, "\($0.version)", "\($0.questions)"] })
                }
            }
        }
    }
}
