// concord model evaluate

import ArgumentParser
import Consensus
import Foundation
import Studies

extension ModelCommand {
    struct Evaluate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "evaluate",
            abstract: "Say how well a preference model predicts ratings that it was not trained on.",
            discussion: """
                Uses ratings of questions of the splits validation, iid_test and ood_test, of groups that the model has not \
                learnt from. Intervals are 95 %, by a bootstrap over groups. A study may use a model that beats chance, \
                length and its own features without the opinion, on validation or, without that, on every split.
                """)

        @Argument(help: ArgumentHelp("The preference model.", valueName: "name@version")) var name: ModelName
        @Option(help: "A study whose ratings to use; may be given several times.") var study: [String] = []
        @Option(name: .customLong("import"), help: "Imported ratings to use; may be given several times.")
        var imports: [String] = []
        @Flag(help: "Use simulated people too in a study that has real ones.") var synthetic = false
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions
        @OptionGroup var modelOptions: ModelOptions

        func validate() throws {
            guard !study.isEmpty || !imports.isEmpty else {
                throw ValidationError("Say which ratings to use, with --study or --import.")
            }
        }

        func run() async throws {
            let standard = try await modelOptions.load()
            try await databaseOptions.withDatabase { database, _ in
                _ = try await ModelRegistry(database: database).model(name)
                let ratings = try await RatingCollection.read(
                    studies: study, imports: imports, includingSynthetic: synthetic, in: database)
                let bars = PreferenceBars()
                let report = try await PreferenceModels(
                    database: database, shelf: ModelShelf(standard: standard, database: database),
                    progress: { bars.show($0) }
                ).evaluate(name, on: ratings, by: .commandLine)
                bars.end()
                if json { return try Output.json(report) }
                for (split, evaluation) in report.splits.sorted(by: { $0.key < $1.key }) {
                    print(
                        "\(split): \(evaluation.ratings) ratings of \(evaluation.groups) groups, "
                            + "\(evaluation.comparisons) comparisons")
                    Output.table(
                        ["", "RIGHT COMPARISONS", "RANK CORRELATION", "CALIBRATION ERROR", "MODEL'S LEAD"],
                        evaluation.lines.map { line in
                            [line.name] + [line.pairwiseAccuracy, line.rankCorrelation, line.calibrationError, line.lead].map(Self.text)
                        })
                }
                print(
                    report.beatsBaselines
                        ? "\(name) beats its baselines."
                        : "\(name) does not beat its baselines; a study uses it only with force_preference_model: true.")
            }
        }

        private static func text(_ estimate: Estimate?) -> String {
            guard let estimate, !estimate.value.isNaN else { return "-" }
            return String(format: "%.3f (%.3f to %.3f)", estimate.value, estimate.low, estimate.high)
        }
    }
}
