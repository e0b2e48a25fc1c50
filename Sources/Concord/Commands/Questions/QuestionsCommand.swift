// concord questions …

import ArgumentParser

struct QuestionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "questions", abstract: "Import, write, screen and sort question sets.",
        subcommands: [
            Import.self, List.self, Export.self, Versions.self, Diff.self, Add.self, Edit.self, Move.self, Retire.self,
            Generate.self, Proposals.self, Accept.self, Reject.self, Screen.self, Flags.self, Topics.self, Splits.self,
        ])

    /// A seed that nobody chose; below 2^63, so that the database holds it.
    static func drawnSeed() -> UInt64 { UInt64.random(in: 0..<(1 << 32)) }
}
