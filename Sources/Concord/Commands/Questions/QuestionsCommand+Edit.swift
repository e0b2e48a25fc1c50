// concord questions edit

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Change a question of a set; what is not given stays as it is.")

        @Argument(help: "The question's id.") var id: String
        @Option(help: "The question set's name.") var set: String
        @Option(help: "The question.") var question: String?
        @Option(help: "The position statement of one side.") var affirming: String?
        @Option(help: "The position statement of the other side.") var negating: String?
        @Option(help: "Its topic; an empty one takes it away.") var topic: String?
        @Option(help: "train, validation, iid_test or ood_test.") var split: Split?
        @OptionGroup var databaseOptions: DatabaseOptions

        func validate() throws {
            guard question != nil || affirming != nil || negating != nil || topic != nil || split != nil else {
                throw ValidationError("Give what is to change: --question, --affirming, --negating, --topic or --split.")
            }
        }

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let sets = QuestionSets(database: database)
                let known = try await sets.newestVersion(of: set)
                let questions = try await sets.questions(of: set, version: known)
                guard var edited = questions.first(where: { $0.key == id }) else {
                    throw QuestionSetError.unknownQuestion(id, set: set)
                }
                edited.text = question ?? edited.text
                edited.affirmingStatement = affirming ?? edited.affirmingStatement
                edited.negatingStatement = negating ?? edited.negatingStatement
                edited.topic = topic ?? edited.topic
                edited.split = split ?? edited.split
                let version = try await sets.edit(edited, in: set, knowing: known)
                print(version == known ? "Nothing changed." : "Changed \(id); \(set) is at version \(version).")
            }
        }
    }
}
