// concord model train-reward

import ArgumentParser
import Consensus
import Studies

extension ModelCommand {
    struct TrainReward: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train-reward",
            abstract: "Train a preference model on ratings, as the next version of a name.",
            discussion: """
                Learns from ratings of questions of the split train. Each text is encoded once by the language model, which \
                studies then need for ranking too. With --reward-model, a GGUF reward model made elsewhere keeps its scores, \
                and only what they stand for on the scale of agreement is learnt.
                """)

        @Argument(help: "The name: lower-case letters, digits and hyphens.") var name: String
        @Option(help: "A study whose ratings to learn from; may be given several times.") var study: [String] = []
        @Option(name: .customLong("import"), help: "Imported ratings to learn from; may be given several times.")
        var imports: [String] = []
        @Option(help: ArgumentHelp("A registered reward model whose scores to use.", valueName: "name@version"))
        var rewardModel: ModelName?
        @Option(help: "Principal components of the encodings that the head sees.") var components = 32
        @Option(help: "Parts of the cross-validation.") var folds = 5
        @Option(help: "The seed of those parts.") var seed: UInt64 = 1
        @Flag(help: "Learn from simulated people too in a study that has real ones.") var synthetic = false
        @OptionGroup var databaseOptions: DatabaseOptions
        @OptionGroup var modelOptions: ModelOptions

        func validate() throws {
            guard !study.isEmpty || !imports.isEmpty else {
                throw ValidationError("Say which ratings to learn from, with --study or --import.")
            }
            guard (1...512).contains(components) else { throw ValidationError("--components must be 1 to 512.") }
            guard (2...20).contains(folds) else { throw ValidationError("--folds must be 2 to 20.") }
        }

        func run() async throws {
            let standard = try await modelOptions.load()
            try await databaseOptions.withDatabase { database, _ in
                let ratings = try await RatingCollection.read(
                    studies: study, imports: imports, includingSynthetic: synthetic, in: database)
                let bars = PreferenceBars()
                let models = PreferenceModels(
                    database: database, shelf: ModelShelf(standard: standard, database: database),
                    progress: { bars.show($0) })
                let trained = if let rewardModel {
                    try await models.fitScale(name, of: rewardModel, on: ratings, by: .commandLine)
                } else {
                    try await models.train(
                        name, on: ratings,
                        with: PreferenceTraining(components: components, folds: folds, seed: seed), by: .commandLine)
                }
                bars.end()
                let training = ratings.of(.train)
                print(
                    "\(trained.name) learnt from \(training.count) ratings of \(training.groups.count) groups on "
                        + "\(training.questions) questions. Before a study may use it: concord model evaluate \(trained.name)")
            }
        }
    }
}
