// concord export

import ArgumentParser
import Exports
import Foundation
import Studies

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a study's data as CSV files.",
        discussion: "docs/data-dictionary.md describes every column.")

    @Option(help: "The study's name.") var study: String
    @Option(help: ArgumentHelp("The folder to write to.", valueName: "dir")) var out: String
    @Flag(help: "Include simulated people beside real ones (a study of simulated people only has them anyway).")
    var synthetic = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var databaseOptions: DatabaseOptions

    func run() async throws {
        try await databaseOptions.withDatabase { database, _ in
            let found = try await StudyCatalog(database: database).study(named: study)
            let folder = URL(filePath: out, directoryHint: .isDirectory)
            let result = try await Dump(of: found, in: database).write(to: folder, includingSynthetic: synthetic)
            if json { return try Output.json(result) }
            Output.table(["FILE", "ROWS"], result.rows.sorted { $0.key < $1.key }.map { ["\($0.key).csv", "\($0.value)"] })
            if result.includesSynthetic { print("Simulated people are included.") }
        }
    }
}
