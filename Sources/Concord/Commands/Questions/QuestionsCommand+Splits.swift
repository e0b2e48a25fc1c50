// concord questions splits

import ArgumentParser
import Studies

extension QuestionsCommand {
    struct Splits: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "splits",
            abstract: "Draw the splits of a question set: whole topics for ood_test, the rest by question.",
            discussion: "The same questions, shares and seed give the same splits.")

        @Option(help: "The question set's name.") var set: String
        @Option(help: "The share of questions whose whole topics are held out for ood_test.") var oodTest = 0.15
        @Option(help: "The share of the other topics' questions for iid_test.") var iidTest = 0.1
        @Option(help: "The share of the other topics' questions for validation.") var validation = 0.1
        @Option(name: .customLong("hold-out"), help: ArgumentHelp("A topic to hold out, instead of drawing them; may be repeated.", valueName: "topic"))
        var heldOut: [String] = []
        @Option(help: "The seed. [default: drawn]") var seed: UInt64?
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            let plan = SplitPlan(
                oodTest: oodTest, iidTest: iidTest, validation: validation, heldOut: heldOut.isEmpty ? nil : heldOut,
                seed: seed ?? drawnSeed())
            try await databaseOptions.withDatabase { database, _ in
                let sets = QuestionSets(database: database)
                let version = try await sets.split(set, by: plan)
                let questions = try await sets.questions(of: set, version: version)
                Output.table(
                    ["SPLIT", "TOPICS", "QUESTIONS"],
                    Split.allCases.map { split in
                        let own = questions.filter { $0.split == split }
                        return [split.rawValue, "\(Set(own.map(\.topic)).count)", "\(own.count)"]
                    })
                print("Drawn with seed \(plan.seed); \(set) is at version \(version).")
            }
        }
    }
}
