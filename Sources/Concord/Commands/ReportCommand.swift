// concord report

import ArgumentParser
import Consensus
import Exports
import Foundation
import Studies

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "The paper's tables and figures for a study, or for several together.",
        discussion: """
            Attention checks, malformed statements and people's ratings of their own words are out, and the study's \
            inclusion rule is applied. Intervals are 95 %, by a bootstrap over groups, and over groups and questions where \
            splits are compared. With --out, an HTML file with everything, and the same numbers as JSON beside it; without, \
            how the conditions compare.

            While people still take part, effects by condition are covered, as on the Results page: until as many groups or \
            people as the study wants have finished, or it is closed. --uncover shows them before, to everybody who has the \
            study, and for good; the reason goes into the audit log.
            """)

    @Option(help: "The study's name; may be given several times, for studies that are taken together, such as one per split.")
    var study: [String]
    @Option(help: ArgumentHelp("The HTML file to write; the JSON file beside it has its name.", valueName: "file.html"))
    var out: String?
    @Flag(help: "Count simulated people beside real ones (a study of simulated people only has them anyway).")
    var synthetic = false
    @Option(help: ArgumentHelp("Why effects by condition are to be seen before the study has its sample.", valueName: "reason"))
    var uncover: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var databaseOptions: DatabaseOptions

    func run() async throws {
        try await databaseOptions.withDatabase { database, _ in
            var studies: [Study] = []
            for name in study {
                let found = try await StudyCatalog(database: database).study(named: name)
                if !studies.contains(where: { $0.id == found.id }) { studies.append(found) }
            }
            for study in studies {
                guard try await ResultsCover.read(of: study, in: database).isCovered else { continue }
                guard let uncover else { throw ReportError.covered(study.settings.name) }
                try await ResultsCover.uncover(study, because: uncover, by: .commandLine, in: database)
            }
            let report = try await StudyReport.read(of: studies, includingSynthetic: synthetic, in: database)
            if let out { try await Self.write(report, to: URL(filePath: out)) }
            if json { return try Output.json(report) }
            if let out { return print("Wrote \(out), and \(URL(filePath: out).deletingPathExtension().lastPathComponent).json beside it.") }
            let comparison = report.conditions.numbers
            guard !comparison.lines.isEmpty else {
                return print("There are no ratings in \(studies.count == 1 ? "study" : "studies") \(study.joined(separator: ", ")) yet.")
            }
            print("\(comparison.groups) groups\(report.synthetic ? ", simulated people included" : "")")
            print("")
            Output.table(
                ["CONDITION", "STATEMENTS", "RATINGS", "WORDS", "AGREEMENT", "LEAST AGREEMENT", "QUALITY"],
                comparison.lines.map { line in
                    [line.condition, "\(line.statements)", "\(line.ratings)", Self.text(line.words, digits: 1)]
                        + [line.agreement, line.leastAgreement, line.quality].map { Self.text($0, digits: 2) }
                })
            if !comparison.pairs.isEmpty {
                print("")
                Output.table(
                    ["WINS", "AGAINST", "MEMBER-ROUNDS", "WIN RATE", "DIFFERENCE IN AGREEMENT"],
                    comparison.pairs.map { pair in
                        [
                            pair.one, pair.other, "\(pair.memberRounds)", Self.text(pair.winRate, digits: 3),
                            Self.text(pair.difference, digits: 2),
                        ]
                    })
            }
            if !report.splits.numbers.losses.isEmpty {
                print("")
                Output.table(
                    ["CONDITION", "SPLIT", "QUESTIONS", "AGREEMENT", "LEAST AGREEMENT", "QUALITY"],
                    report.splits.numbers.lines.map { line in
                        [line.condition, line.split, "\(line.questions)"]
                            + [line.agreement, line.leastAgreement, line.quality].map { Self.text($0, digits: 2) }
                    })
                print("")
                Output.table(
                    ["IN MINUS OUT OF DISTRIBUTION", "AGREEMENT", "LEAST AGREEMENT", "QUALITY"],
                    report.splits.numbers.losses.map { loss in
                        [loss.condition]
                            + [loss.agreementLost, loss.leastAgreementLost, loss.qualityLost].map { Self.text($0, digits: 2) }
                    })
            }
            for effect in comparison.exclusions {
                print("")
                print("Exclusion, \(effect.exclusion) against \(effect.full):")
                print(
                    "  difference of differences \(Self.text(effect.effect, digits: 2)), "
                        + "\(effect.excluded) member-rounds left out, \(effect.included) not")
                print("  included minus excluded in \(effect.exclusion) \(Self.text(effect.plainDifference, digits: 2))")
            }
        }
    }

    /// Writes the page to `file`, and the JSON beside it; each appears whole or not at all.
    private static func write(_ report: StudyReport, to file: URL) async throws {
        let beside = file.deletingPathExtension().appendingPathExtension("json")
        guard file != beside else { throw CommandError.reportNamedJSON(file.path(percentEncoded: false)) }
        for (target, contents) in [(file, Data(ReportPage(report).html.utf8)), (beside, try report.json())] {
            do {
                try contents.write(to: target, options: .atomic)
            } catch {
                throw CommandError.unwritable(target.path(percentEncoded: false))
            }
        }
    }

    private static func text(_ estimate: Estimate, digits: Int) -> String {
        guard estimate.value.isFinite else { return "-" }
        let numbers = [estimate.value, estimate.low, estimate.high].map { String(format: "%.\(digits)f", $0) }
        return "\(numbers[0]) (\(numbers[1]) to \(numbers[2]))"
    }
}
