// Show a study.

import ArgumentParser
import Studies

extension StudyCommand {
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Show how a study's groups and rounds were allocated to arms and conditions.")

        @Argument(help: "The study's name.") var name: String
        @Flag(help: "Count simulated people instead of real ones.") var synthetic = false
        @Flag(help: "Print JSON.") var json = false
        @OptionGroup var databaseOptions: DatabaseOptions

        func run() async throws {
            try await databaseOptions.withDatabase { database, _ in
                let study = try await StudyCatalog(database: database).study(named: name)
                let report = try await AllocationReport.read(of: study.id, synthetic: synthetic, in: database)
                if json { return try Output.json(report) }
                print("Study \(name), version \(study.version), is \(study.state.rawValue).")
                func rows(_ lines: [AllocationReport.Line]) -> [[String]] {
                    lines.map { [$0.name ?? "(no arms)"] + [$0.allocated, $0.started, $0.finished].map(String.init) }
                }
                Output.table(["ARM", "GROUPS ALLOCATED", "STARTED", "FINISHED"], rows(report.arms))
                Output.table(["CONDITION", "ROUNDS ALLOCATED", "STARTED", "FINISHED"], rows(report.conditions))
            }
        }
    }
}
