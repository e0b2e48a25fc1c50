// concord questions list

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the question sets, or the questions of one.")

        @Option(help: "List the questions of this set.") var set: String?
        @Option(help: "The version. [default: the newest]") var version: Int?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let sets = QuestionSets(database: database)
                if let set {
                    let questions = try await sets.questions(of: set, version: version)
                    if json { return try Output.json(questions) }
                    Output.table(
                        ["ID", "TOPIC", "SPLIT", "QUESTION"],
                        questions.map { [$0.key, $0.topic ?? "–", $0.split?.rawValue ?? "–", $0.text] })
                } else {
                    let list = try await sets.list()
                    if json { return try Output.json(list) }
                    Output.table(
                        ["SET", "VERSION", "QUESTIONS", "TOPICS", "WITHOUT SPLIT", "PROPOSALS"],
                        list.map { ["\($0.name)"] + [$0.version, $0.questions, $0.topics, $0.unassigned, $0.proposals].map { "\($0)" } })
                }
            }
        }
    }
}
