// concord export

import ArgumentParser
import Exports
import Foundation
import Postgres
import Studies

extension DumpFormat: ExpressibleByArgument {}

struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a study's data as a data package, or check one.",
        discussion: """
            Writes one file per table into a folder or a zip file, with datapackage.json (a Frictionless Data Package) and \
            codebook.md, in one snapshot of the study. docs/data-dictionary.md describes every column. With --since, only what \
            has changed since another dump, and what was removed. With --check, nothing is written: the files of a dump are \
            compared with its datapackage.json.
            """)

    @Option(help: "The study's name.") var study: String?
    @Option(help: ArgumentHelp("The folder, or the file ending in .zip, to write to.", valueName: "path")) var out: String?
    @Option(help: "csv, jsonl or parquet; may be given several times. [default: csv]") var format: [DumpFormat] = []
    @Option(help: ArgumentHelp("A dump: its folder, zip file or datapackage.json.", valueName: "dump")) var since: String?
    @Option(help: ArgumentHelp("Check the dump in this folder or zip file.", valueName: "dump")) var check: String?
    @Flag(help: "Write CSV files for spreadsheets: with a byte order mark, and cells that begin like a formula made harmless.")
    var excel = false
    @Flag(name: .customLong("platform-ids"), help: "Show ids of recruitment platforms as they are, not as pseudonyms.")
    var platformIDs = false
    @Flag(help: "Include simulated people beside real ones (a study of simulated people only has them anyway).")
    var synthetic = false
    @Option(help: "The data's licence, such as CC-BY-4.0. [default: as the study file says]") var licence: String?
    @Option(help: "How to cite the data. [default: as the study file says]") var citation: String?
    @Flag(
        inversion: .prefixedNo,
        help: "Write the tables in the scheme of the Habermas Machine data set: as JSON Lines, with --format parquet as Parquet too.")
    var comparisons = true
    @Flag(inversion: .prefixedNo, help: "Write the training sets.") var trainingSets = true
    @OptionGroup(title: "Training sets") var trainingSetFlags: TrainingSetFlags
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var databaseOptions: DatabaseOptions

    func validate() throws {
        guard check == nil else {
            guard study == nil, out == nil, since == nil else { throw ValidationError("--check takes no --study, --out or --since.") }
            return
        }
        guard study != nil else { throw ValidationError("Say which study, with --study.") }
        guard out != nil else { throw ValidationError("Say where to write to, with --out.") }
    }

    func run() async throws {
        if let check { return try await run(checking: check) }
        guard let study, let out else { return }
        var options = DumpOptions()
        options.formats = format.isEmpty ? [.csv] : Set(format)
        options.excel = excel
        options.platformIDs = platformIDs
        options.includingSynthetic = synthetic
        options.licence = licence
        options.citation = citation
        if let since { options.since = try await PreviousDump.read(URL(filePath: since)) }
        if options.formats.contains(.parquet) {
            options.parquet = try .ours()
        }
        if comparisons { options.parts.append(Comparisons()) }
        if trainingSets { options.parts.append(TrainingSets(trainingSetFlags.options)) }
        let settled = options
        try await databaseOptions.withDatabase { database, _ in
            let found = try await StudyCatalog(database: database).study(named: study)
            let isCovered = try await ResultsCover.read(of: found, in: database).isCovered
            try await AuditLog(database: database).record(
                "dump.make", by: .commandLine, study: found.id,
                details: ["platform_ids": "\(settled.platformIDs)", "covered": "\(isCovered)"])
            if isCovered {
                Output.warn("study \(study) does not have its sample yet; comparing conditions in this dump invites stopping early")
            }
            let bar = ProgressBar("Rows")
            let result = try await Dump(of: found, in: database).write(to: URL(filePath: out), settled) { progress in
                bar.show(
                    progress.done, of: progress.all,
                    note: "\(progress.file) \(progress.rows)" + (progress.of.map { " of \($0)" } ?? ""))
            }
            bar.end()
            if json { return try Output.json(result) }
            print("Dump \(result.name)\(result.since.map { ", what has changed since \($0)" } ?? "")")
            Output.table(["TABLE", "ROWS"], result.rows.sorted { $0.key < $1.key }.map { [$0.key, "\($0.value)"] })
            if comparisons, !settled.formats.contains(.parquet) {
                print("The tables in the scheme of the Habermas Machine data set are there as JSON Lines; for Parquet too: --format parquet.")
            }
            if result.includesSynthetic { print("Simulated people are included.") }
            switch result.withdrawn {
            case 0: break
            case 1: print("1 person had their answers deleted, and is not in it.")
            default: print("\(result.withdrawn) people had their answers deleted, and are not in it.")
            }
        }
    }

    private func run(checking path: String) async throws {
        let bar = ProgressBar("Files")
        let checked = try await DumpCheck.run(URL(filePath: path)) { bar.show($1, of: $2, note: $0) }
        bar.end()
        guard checked.isWhole else { throw CommandError.notWhole(checked.problems) }
        print("The dump \(checked.name) is whole: \(checked.files) files are as it says.")
    }
}
