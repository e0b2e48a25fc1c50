// concord questions topics

import ArgumentParser
import Foundation
import Studies

extension QuestionsCommand {
    struct Topics: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "topics",
            abstract: "Find the topics of a question set by clustering.",
            discussion: """
                Nothing is changed unless --use is given: then each question gets the topic of its cluster, named after its \
                most distinctive words. --rename corrects a name; the name of another topic makes the two one.
                """)

        @Option(help: "The question set's name.") var set: String
        @Option(help: "How many topics. [default: the number with the best silhouette]") var clusters: Int?
        @Option(help: "The seed. [default: drawn]") var seed: UInt64?
        @Flag(help: "Give the questions the topics that are found.") var use = false
        @Option(help: ArgumentHelp("Rename a topic, instead of looking for topics.", valueName: "topic"))
        var rename: String?
        @Option(
            name: .customLong("move"),
            help: ArgumentHelp("Move a question, by its id, instead; may be repeated.", valueName: "id"))
        var moved: [String] = []
        @Option(help: "The new name for --rename, or the topic for --move.") var to: String?
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions
        @OptionGroup var modelOptions: ModelOptions
        @OptionGroup var embeddingOptions: EmbeddingOptions

        func validate() throws {
            guard (rename != nil || !moved.isEmpty) == (to != nil), rename == nil || moved.isEmpty else {
                throw ValidationError("--to goes with one of --rename and --move.")
            }
            if let clusters, clusters < 2 { throw ValidationError("--clusters must be at least 2.") }
        }

        func run() async throws {
            if let to {
                return try await databaseOptions.withDatabase { database, _ in
                    let sets = QuestionSets(database: database)
                    let version = if let rename {
                        try await sets.renameTopic(rename, to: to, in: set)
                    } else {
                        try await sets.setTopic(to, of: moved, in: set)
                    }
                    print("Done; \(set) is at version \(version).")
                }
            }
            let embedding = try await embeddingOptions.load(inTurnWith: nil)
            let model = if let embedding { embedding } else { try await modelOptions.load() }
            let encoding = ProgressBar("Questions encoded"), clustering = ProgressBar("Numbers of topics tried")
            try await databaseOptions.withDatabase { database, _ in
                let clusterings = QuestionClusterings(database: database)
                let found = try await clusterings.find(
                    in: set, with: model, clusters: clusters, seed: seed ?? drawnSeed(), logging: .commandLine
                ) { progress in
                    switch progress {
                    case .encoding(let done, let all): encoding.show(done, of: all)
                    case .clustering(let done, let all): clustering.show(done, of: all)
                    }
                }
                clustering.end()
                let version = use ? try await clusterings.use(found.id, of: set, knowing: found.version) : nil
                if json { return try Output.json(found) }
                Output.table(
                    ["TOPIC", "QUESTIONS", "WORDS"],
                    found.clusters.map { ["\($0.number)", "\($0.questions)", $0.words.joined(separator: ", ")] })
                let likeness = found.adjustedRandIndex.map {
                    ", adjusted Rand index against the topics given \(Self.number($0))"
                }
                print(
                    "\(found.clusters.count) topics, seed \(found.seed), silhouette \(Self.number(found.silhouette))"
                        + "\(likeness ?? "").")
                print("Encoded by \(found.encoder)\(found.sentenceEmbeddings ? "" : ", a language model's own states").")
                if let version { print("The questions have these topics now; \(set) is at version \(version).") }
            }
        }

        private static func number(_ value: Double) -> String {
            value.formatted(.number.precision(.fractionLength(3)))
        }
    }
}
