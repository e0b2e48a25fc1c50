// concord questions generate

import ArgumentParser
import Consensus
import Studies

extension QuestionsCommand {
    struct Generate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "generate",
            abstract: "Let the model write questions after the example of some of a set.",
            discussion: """
                Each comes with its position statements and waits as a proposal: see concord questions proposals, accept and \
                reject. What asks nearly the same as a question of the set is dropped.
                """)

        @Option(help: "The question set's name.") var set: String
        @Option(name: .customLong("from"), help: "The id of a question to go by; may be given several times.")
        var ids: [String]
        @Option(help: "How many questions to write.") var count = 10
        @Option(help: "The seed. [default: drawn]") var seed: UInt64?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions
        @OptionGroup var modelOptions: ModelOptions
        @OptionGroup var embeddingOptions: EmbeddingOptions

        func validate() throws {
            guard (1...200).contains(count) else { throw ValidationError("--count must be 1 to 200.") }
        }

        func run() async throws {
            let model = try await modelOptions.load()
            let embedding = try await embeddingOptions.load(inTurnWith: model) ?? model
            let encoding = ProgressBar("Questions encoded"), writing = ProgressBar("Questions written")
            try await databaseOptions.withDatabase { database, _ in
                let outcome = try await QuestionProposals(database: database).write(
                    count, for: set, after: ids, with: model, embedding: embedding, seed: seed ?? drawnSeed(),
                    logging: .commandLine
                ) { progress in
                    switch progress {
                    case .encoding(let done, let all): encoding.show(done, of: all)
                    case .writing(let done, let all): writing.show(done, of: all)
                    }
                }
                writing.end()
                if json { return try Output.json(outcome) }
                print(
                    "\(outcome.proposed) of \(outcome.wanted) questions wait for your yes; \(outcome.malformed) draws were "
                        + "malformed and \(outcome.duplicates) asked what is asked already. See: concord questions proposals "
                        + "--set \(set)")
            }
        }
    }
}
